import type { Local } from "../wasm/index.ts";
import type { Vectors } from "./vectors.ts";

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;

/** The key of a session: fixed when the code is written. */
export interface PhiloxKey {
  readonly low: number;
  readonly high: number;
}

/** Four words of one position, or (type i32) one word that all four lanes share. */
export type Words = readonly [Local, Local, Local, Local];

/**
 * Four Philox4x32-10 blocks at once, one per lane. Counter words that all lanes share cost one scalar multiplication
 * for as long as they stay equal (two to three rounds).
 * @param counter word j of the counters: a vector, or an i32 for all lanes
 * @returns four new vectors: word j of lane l is lane l of [j]. The caller releases them.
 */
export function philox(v: Vectors, counter: Words, key: PhiloxKey): Words {
  const { code } = v;
  let words: Words = counter;
  const temporary: Local[] = [];
  const keep = (type: "i32" | "v128"): Local => {
    const local = code.local(type);
    code.set(local);
    temporary.push(local);
    return local;
  };
  const product = (x: Local, multiplier: number): { readonly low: Local; readonly high: Local } => {
    if (x.type === "i32") {
      const wide = code.local("i64");
      code.get(x).op("i64.extend_i32_u").i64(BigInt(multiplier)).op("i64.mul").tee(wide);
      code.op("i32.wrap_i64");
      const low = keep("i32");
      code.get(wide).i64(32n).op("i64.shr_u").op("i32.wrap_i64");
      const high = keep("i32");
      code.release(wide);
      return { low, high };
    }
    const even = code.local("v128");
    const odd = code.local("v128");
    code.get(x).i32x4(multiplier).op("i64x2.extmul_low_i32x4_u").set(even);
    code.get(x).i32x4(multiplier).op("i64x2.extmul_high_i32x4_u").set(odd);
    code.get(even).get(odd).shuffle(0, 2, 4, 6);
    const low = keep("v128");
    code.get(even).get(odd).shuffle(1, 3, 5, 7);
    const high = keep("v128");
    code.release(even, odd);
    return { low, high };
  };
  /** a ^ b ^ constant */
  const mix = (a: Local, b: Local, constant: number): Local => {
    if (a.type === "i32" && b.type === "i32") {
      code.get(a).get(b).op("i32.xor").i32(constant).op("i32.xor");
      return keep("i32");
    }
    if (a.type === "v128" && b.type === "v128") {
      code.get(a).get(b).op("v128.xor").i32x4(constant).op("v128.xor");
      return keep("v128");
    }
    const [scalar, vector] = a.type === "i32" ? [a, b] : [b, a];
    code.get(scalar).i32(constant).op("i32.xor").op("i32x4.splat").get(vector).op("v128.xor");
    return keep("v128");
  };
  for (let round = 0; round < ROUNDS; round++) {
    const [x0, x1, x2, x3] = words;
    const first = product(x0, M0);
    const second = product(x2, M1);
    words = [
      mix(second.high, x1, key.low + round * W0),
      second.low,
      mix(first.high, x3, key.high + round * W1),
      first.low,
    ];
  }
  const results = words.map((word) => {
    const vector = code.local("v128");
    code.get(word);
    if (word.type === "i32") code.op("i32x4.splat");
    code.set(vector);
    return vector;
  });
  code.release(...temporary);
  return results as unknown as Words;
}

/** Swaps rows and lanes of four vectors: lane l of x[j] becomes lane j of x[l]. */
export function transpose4(v: Vectors, x: Words): void {
  const { code } = v;
  const [a, b, c, d] = x;
  v.scoped(4, (p, q, r, s) => {
    code.get(a).get(b).shuffle(0, 4, 1, 5).set(p);
    code.get(a).get(b).shuffle(2, 6, 3, 7).set(q);
    code.get(c).get(d).shuffle(0, 4, 1, 5).set(r);
    code.get(c).get(d).shuffle(2, 6, 3, 7).set(s);
    code.get(p).get(r).shuffle(0, 1, 4, 5).set(a);
    code.get(p).get(r).shuffle(2, 3, 6, 7).set(b);
    code.get(q).get(s).shuffle(0, 1, 4, 5).set(c);
    code.get(q).get(s).shuffle(2, 3, 6, 7).set(d);
  });
}
