import { type Draw, randomWords } from "./random.ts";

const ROUNDS = 12;

/** The round keys of a member's order of the rows in one epoch. */
export const shuffleKeys = (purpose: string, epoch: number, draw: Draw): Uint32Array =>
  randomWords(purpose, ROUNDS, { ...draw, step: epoch });

/** The topmost bits of a mixture of all bits of v and K. */
function mixed(v: number, k: number, bits: number): number {
  const z = Math.imul(v ^ k, 0x85ebca6b);
  return Math.imul(z ^ (z >>> 13), 0xc2b2ae35) >>> (32 - bits);
}

/**
 * A permutation of 0 … bound − 1: a Feistel network on the fewest bits that hold them, followed from one value outside
 * the range to the next until it is back inside (a bijection of the larger set is one of the smaller in this way).
 */
export function shuffle(bound: number, keys: ArrayLike<number>): (row: number) => number {
  const bits = Math.max(2, Math.ceil(Math.log2(bound)));
  const lowBits = bits >> 1;
  const highBits = bits - lowBits;
  return (row) => {
    let low = row & ((1 << lowBits) - 1);
    let high = row >>> lowBits;
    for (;;) {
      for (let round = 0; round < ROUNDS; round += 2) {
        high ^= mixed(low, keys[round]!, highBits);
        low ^= mixed(high, keys[round + 1]!, lowBits);
      }
      const place = (high << lowBits) | low;
      if (place < bound) return place;
    }
  };
}
