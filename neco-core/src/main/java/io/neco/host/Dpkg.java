package io.neco.host;

import java.io.IOException;

/** Debian packages of this host; source: deb.go at 1eec387. */
public final class Dpkg {
    private final CommandRunner commands;

    /** @param commands runs dpkg and dpkg-query */
    public Dpkg(CommandRunner commands) {
        this.commands = commands;
    }

    /**
     * The installed version of a package.
     *
     * @throws IOException when it is not installed
     */
    public String installedVersion(String name) throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("dpkg-query", "--showformat=${db:Status-Status} ${Version}", "-W", name)
                        .silent());
        if (!result.isSuccess()) {
            throw new IOException(
                    "package " + name + " is not installed: " + result.stderr().strip());
        }
        String[] answer = result.stdout().strip().split(" ", 2);
        if (answer.length < 2 || answer[1].isBlank()) {
            throw new IOException("dpkg-query returned no version for package " + name + " (state: " + answer[0] + ")");
        }
        return answer[1];
    }
}
