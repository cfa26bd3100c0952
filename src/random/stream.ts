import { checkKey, type Key, purposeWord } from "./key.ts";
import { philox4x32 } from "./philox.ts";

/** Draws in order from the stream (key, purpose, member, step). */
export interface Stream {
  /** 32 random bits, 0 … 2³²−1. */
  bits(): number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal (Box–Muller on two 53-bit uniforms). */
  normal(): number;
  /** Uniform integer in [0, n), unbiased by rejection. @throws RangeError unless n is an integer in 1 … 2³² */
  integer(n: number): number;
}

/**
 * Opens the stream (key, purpose, member, step). Two streams that differ in any of these are independent, and the
 * draws of one do not depend on how many others exist.
 * @param member integer, 0 … 2³²−1
 * @param step integer, 0 … 2³²−1
 * @example
 * const u = stream(key(7), "donor", 3, 12).uniform();
 */
export function stream(parent: Key, purpose: string, member = 0, step = 0): Stream {
  checkKey(parent, purpose);
  const word = purposeWord(purpose);
  const words = new Uint32Array(4);
  let block = 0;
  let used = 4;
  let spare = Number.NaN;
  const bits = (): number => {
    if (used === 4) {
      philox4x32(words, block++, member, step, word, parent.low, parent.high);
      used = 0;
    }
    return words[used++]!;
  };
  const uniform = (): number => {
    const high = bits() >>> 5;
    const low = bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const integer = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
      throw new RangeError(`integer(n): needs an integer n from 1 to 2^32, got ${n}`);
    }
    for (;;) {
      const draw = bits();
      // Nearly every draw lies below the last incomplete run of n, and needs no second division.
      if (draw <= 4294967295 - n || draw < 4294967296 - (4294967296 % n)) return draw % n;
    }
  };
  return { bits, uniform, normal, integer };
}
