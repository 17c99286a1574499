package io.neco.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a terminal of a given size shows after some output: as much of a VT100 as is used. */
final class FakeTerminal {
    private final int rows;
    private final int columns;
    private final List<char[]> lines = new ArrayList<>();
    private int top;
    private int row;
    private int column;
    private boolean isWrapping = true;
    private boolean isWrapPending;

    FakeTerminal(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        lines.add(blank());
    }

    /** Takes output; line ends are those that the terminal's driver has been given. */
    FakeTerminal write(String output) {
        for (int i = 0; i < output.length(); i++) {
            char c = output.charAt(i);
            if (c == '\033') {
                int end = i + 2;
                while (!Character.isLetter(output.charAt(end))) {
                    end++;
                }
                control(output.substring(i + 2, end), output.charAt(end));
                i = end;
            } else if (c == '\n') {
                down();
                column = 0;
            } else if (c == '\r') {
                column = 0;
                isWrapPending = false;
            } else {
                put(c);
            }
        }
        return this;
    }

    /** Everything that was ever shown and not drawn over, what has been scrolled away included. */
    List<String> everything() {
        List<String> text = new ArrayList<>();
        lines.forEach(line -> text.add(new String(line).stripTrailing()));
        while (!text.isEmpty() && text.get(text.size() - 1).isEmpty()) {
            text.remove(text.size() - 1);
        }
        return text;
    }

    private void put(char c) {
        if (isWrapPending && isWrapping) {
            down();
            column = 0;
        }
        lines.get(row)[column] = c;
        isWrapPending = column == columns - 1;
        column = Math.min(column + 1, columns - 1);
    }

    private void down() {
        isWrapPending = false;
        row++;
        if (row == lines.size()) {
            lines.add(blank());
        }
        top = Math.max(top, row - rows + 1);
    }

    private void control(String arguments, char command) {
        isWrapPending = false;
        switch (command) {
            case 'A' -> row = Math.max(top, row - Integer.parseInt(arguments));
            case 'J' -> {
                clearLine();
                lines.subList(row + 1, lines.size()).forEach(line -> Arrays.fill(line, ' '));
            }
            case 'K' -> clearLine();
            case 'l', 'h' -> isWrapping = command == 'h';
            default -> throw new IllegalArgumentException("this terminal does not know ESC [ " + arguments + command);
        }
    }

    private void clearLine() {
        Arrays.fill(lines.get(row), column, columns, ' ');
    }

    private char[] blank() {
        char[] line = new char[columns];
        Arrays.fill(line, ' ');
        return line;
    }
}
