package io.neco.cke;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How many nodes of a role CKE takes, in proportion to the other roles: the forms of such a number.
 *
 * <p>Source: progs/cke/conf.go and pkg/neco/cmd/cke_weight_*.go at 1eec387; Go's strconv and fmt for the forms.
 */
public final class Weights {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[+-]?0[xX](?:\\p{XDigit}+\\.?\\p{XDigit}*|\\.\\p{XDigit}+)[pP][+-]?\\d+");
    private static final Pattern NO_NUMBER = Pattern.compile("(?i)[+-]?(?:inf|infinity)|nan");
    private static final int LABEL_DECIMALS = 6;
    private static final int SHOWN_EXPONENT = 6;

    private Weights() {}

    /**
     * Reads a weight as an operator writes it.
     *
     * @throws IllegalArgumentException with the reference's words when it is no finite number
     */
    public static double parse(String text) {
        if (NO_NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("json: unsupported value: " + text + "; a weight is a finite number");
        }
        if (!DECIMAL.matcher(text).matches() && !HEXADECIMAL.matcher(text).matches()) {
            throw refused(text, "invalid syntax");
        }
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw refused(text, "value out of range");
        }
        return value;
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("strconv.ParseFloat: parsing \"" + text + "\": " + why
                + "; a weight is a number such as 18 or 33.333333");
    }

    /** The form in a node's label: six decimals, e.g. {@code 18.000000}. */
    public static String label(double weight) {
        String digits = new BigDecimal(Math.abs(weight))
                .setScale(LABEL_DECIMALS, RoundingMode.HALF_EVEN)
                .toPlainString();
        boolean isNegative = Double.doubleToRawLongBits(weight) < 0;
        return isNegative ? "-" + digits : digits;
    }

    /** The form an operator is shown: the fewest digits that read back the same, e.g. {@code 18}, {@code 33.3}, {@code 1e+06}. */
    public static String shown(double weight) {
        if (weight == 0) {
            return 1 / weight < 0 ? "-0" : "0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(weight)).stripTrailingZeros();
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        if (exponent >= -4 && exponent < SHOWN_EXPONENT) {
            return decimal.toPlainString();
        }
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (weight < 0 ? "-" : "")
                + mantissa
                + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
