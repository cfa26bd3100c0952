import { came, UsageError } from "../errors/index.ts";
import { philox4x32 } from "./philox.ts";

/** A 64-bit random key. Keys are values: pass them on, derive new ones, never reuse one purpose for two things. */
export interface Key {
  readonly low: number;
  readonly high: number;
}

/**
 * The key of a seed.
 * @param seed integer, 0 … 2⁵³−1
 * @throws RangeError when the seed is not such an integer
 * @example
 * const root = key(7);
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: needs an integer from 0 to 2^53-1, got ${seed}`);
  }
  return { low: seed >>> 0, high: Math.floor(seed / 4294967296) >>> 0 };
}

/**
 * Refuses what is no key, as a plain seed: its words would be read as 0, and all seeds would draw the same numbers.
 * @throws UsageError unless it has two words, as what `key` and `subkey` give
 */
export function checkKey(parent: Key, purpose: string): void {
  const words: Partial<Key> | null | undefined = parent;
  if (typeof words?.low === "number" && typeof words.high === "number") return;
  const seed: unknown = parent;
  throw new UsageError(
    `key (for ${JSON.stringify(purpose)}): needs a key of polytempo/random, got ${came(seed)}. ` +
      (typeof seed === "number" ? `Write key(${seed}).` : "Make one with key(seed)."),
  );
}

/** FNV-1a of a purpose's name: the word that separates the streams of one key. */
export function purposeWord(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) {
    const code = purpose.charCodeAt(i);
    hash = Math.imul(hash ^ (code & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (code >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * A new key for a purpose, independent of all other purposes and indices of the same parent.
 * @param index integer, 0 … 2³²−1 (a member, a generation …)
 * @param second a further index, same range
 */
export function subkey(parent: Key, purpose: string, index = 0, second = 0): Key {
  checkKey(parent, purpose);
  const words = new Uint32Array(4);
  philox4x32(words, 0xffffffff, index, second, purposeWord(purpose), parent.low, parent.high);
  return { low: words[0]!, high: words[1]! };
}

/** A seed (0 … 2³²−1) for a program that takes a plain integer. */
export function seedOf(parent: Key, purpose: string, index = 0, second = 0): number {
  return subkey(parent, purpose, index, second).low;
}
