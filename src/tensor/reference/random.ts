import { type Key, philox4x32, purposeWord } from "../../random/index.ts";

/** Where a draw stands: everything it depends on. */
export interface Draw {
  readonly key: Key;
  readonly memberId: number;
  readonly step: number;
}

/** The words of elements 0 … count − 1 of a random node; padded to whole blocks. */
export function randomWords(purpose: string, count: number, { key, memberId, step }: Draw): Uint32Array {
  const blocks = Math.ceil(count / 4);
  const words = new Uint32Array(4 * blocks);
  const word = purposeWord(purpose);
  for (let block = 0; block < blocks; block++) {
    const out = words.subarray(4 * block, 4 * block + 4);
    philox4x32(out, block, memberId, step >>> 0, word, key.low, key.high);
  }
  return words;
}

/** Uniform in [0, 1) with 24 bits. */
export function uniforms(count: number, words: Uint32Array): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (words[i]! >>> 8) / 16777216);
}

/** Standard normals: Box–Muller as the IR defines it, in float64. */
export function normals(count: number, words: Uint32Array): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const first = i & ~1;
    const u = Math.fround(Math.fround(words[first]!) + 0.5) / 4294967296;
    const angle = 2 * Math.PI * ((words[first + 1]! >>> 8) / 16777216);
    const radius = Math.sqrt(-2 * Math.log(u));
    return radius * (i === first ? Math.cos(angle) : Math.sin(angle));
  });
}

/** floor(word·bound / 2³²), exactly. */
export function indexBelow(word: number, bound: number): number {
  return Number((BigInt(word) * BigInt(bound)) >> 32n);
}
