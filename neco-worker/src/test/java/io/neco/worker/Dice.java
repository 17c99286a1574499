package io.neco.worker;

/** Random numbers from a seed, the same on every JVM; the generator is SplitMix64. */
final class Dice {
    private long state;

    Dice(long seed) {
        state = seed;
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number from 0 to {@code limit - 1}. */
    int below(int limit) {
        return (int) ((next() >>> 33) % limit);
    }

    /** True once in {@code n} times; never when {@code n} is 0. */
    boolean oneIn(int n) {
        return n > 0 && below(n) == 0;
    }

    /** A number from {@code least} to {@code most}. */
    long between(long least, long most) {
        return least + (next() >>> 1) % (most - least + 1);
    }

    /** A number from 0 to {@code most}, small ones far more often than large ones. */
    long small(long most) {
        return between(0, most) >> (2 * below(5));
    }
}
