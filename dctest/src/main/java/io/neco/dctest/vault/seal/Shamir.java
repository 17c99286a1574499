package io.neco.dctest.vault.seal;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Divides a secret into shares so that any {@code threshold} of them give it back and fewer give nothing. Each byte is
 * the constant term of a random polynomial over GF(2^8) (modulus x^8+x^4+x^3+x+1); a share holds the values at one
 * point, and the point itself as its last byte.
 *
 * <p>Source: A. Shamir, "How to share a secret", 1979.
 */
final class Shamir {
    private static final int MODULUS = 0x11b;

    private Shamir() {}

    /**
     * @param shares 2-255
     * @param threshold 2-shares
     */
    static List<byte[]> split(byte[] secret, int shares, int threshold, SecureRandom random) {
        if (threshold < 2 || threshold > shares || shares > 255) {
            throw new IllegalArgumentException("cannot split into " + shares + " shares with threshold " + threshold);
        }
        List<byte[]> result = new ArrayList<>();
        for (int x = 1; x <= shares; x++) {
            byte[] share = new byte[secret.length + 1];
            share[secret.length] = (byte) x;
            result.add(share);
        }
        byte[] coefficients = new byte[threshold];
        for (int i = 0; i < secret.length; i++) {
            random.nextBytes(coefficients);
            coefficients[0] = secret[i];
            for (byte[] share : result) {
                int x = share[secret.length] & 0xff;
                int y = 0;
                for (int degree = threshold - 1; degree >= 0; degree--) {
                    y = multiply(y, x) ^ (coefficients[degree] & 0xff);
                }
                share[i] = (byte) y;
            }
        }
        return result;
    }

    /**
     * Gives the secret back; with wrong or too few shares it gives other bytes, which the caller has to notice.
     *
     * @throws IllegalArgumentException if the shares differ in length or two are for the same point
     */
    static byte[] combine(List<byte[]> shares) {
        int length = shares.get(0).length - 1;
        Set<Byte> points = new HashSet<>();
        for (byte[] share : shares) {
            if (share.length != length + 1 || share[length] == 0 || !points.add(share[length])) {
                throw new IllegalArgumentException("shares differ in length or are not distinct");
            }
        }
        byte[] secret = new byte[length];
        for (byte[] share : shares) {
            int basis = 1;
            for (byte[] other : shares) {
                if (other != share) {
                    int x = other[length] & 0xff;
                    basis = multiply(basis, multiply(x, inverse(x ^ (share[length] & 0xff))));
                }
            }
            for (int i = 0; i < length; i++) {
                secret[i] ^= (byte) multiply(share[i] & 0xff, basis);
            }
        }
        return secret;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int x = a;
        for (int y = b; y != 0; y >>= 1) {
            if ((y & 1) != 0) {
                product ^= x;
            }
            x <<= 1;
            if ((x & 0x100) != 0) {
                x ^= MODULUS;
            }
        }
        return product;
    }

    /** a^254, because a^255 is 1 for every a but 0. */
    private static int inverse(int a) {
        int result = 1;
        for (int i = 0; i < 254; i++) {
            result = multiply(result, a);
        }
        return result;
    }
}
