import type { Local } from "../wasm/index.ts";
import type { Vectors } from "./vectors.ts";

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;

/** What of a Philox counter and key is fixed when the code is written. */
export interface PhiloxKey {
  readonly low: number;
  readonly high: number;
}

/**
 * Four Philox4x32-10 blocks at once, one per lane: replaces the counters in `x0 … x3` by the blocks' words.
 * @param x four locals: counter word j of lane l is lane l of x[j]
 */
export function philoxRounds(v: Vectors, x: readonly [Local, Local, Local, Local], key: PhiloxKey): void {
  const { code } = v;
  const [x0, x1, x2, x3] = x;
  v.scoped(4, (low0, high0, low1, high1) => {
    for (let round = 0; round < ROUNDS; round++) {
      product(x0, M0, low0, high0);
      product(x2, M1, low1, high1);
      code
        .get(high1)
        .get(x1)
        .op("v128.xor")
        .i32x4(key.low + round * W0)
        .op("v128.xor")
        .set(x0);
      code
        .get(high0)
        .get(x3)
        .op("v128.xor")
        .i32x4(key.high + round * W1)
        .op("v128.xor")
        .set(x2);
      code.get(low1).set(x1);
      code.get(low0).set(x3);
    }
  });

  /** The low and high words of x·multiplier, per lane. */
  function product(x: Local, multiplier: number, low: Local, high: Local): void {
    v.scoped(2, (even, odd) => {
      code.get(x).i32x4(multiplier).op("i64x2.extmul_low_i32x4_u").set(even);
      code.get(x).i32x4(multiplier).op("i64x2.extmul_high_i32x4_u").set(odd);
      code.get(even).get(odd).shuffle(0, 2, 4, 6).set(low);
      code.get(even).get(odd).shuffle(1, 3, 5, 7).set(high);
    });
  }
}

/** Swaps rows and lanes of four vectors: lane l of x[j] becomes lane j of x[l]. */
export function transpose4(v: Vectors, x: readonly [Local, Local, Local, Local]): void {
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
