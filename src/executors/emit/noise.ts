import type { Local } from "../wasm/index.ts";
import { minusTwiceLogarithm } from "./exponential.ts";
import { sineAndCosineOfTurn } from "./trigonometric.ts";
import type { Vectors } from "./vectors.ts";

/** [words] → (w >>> 8)·2⁻²⁴, uniform in [0, 1). */
export function uniformOfWord(v: Vectors): void {
  v.code
    .i32(8)
    .op("i32x4.shr_u")
    .op("f32x4.convert_i32x4_s")
    .f32x4(2 ** -24)
    .op("f32x4.mul");
}

/**
 * Replaces two locals of words by two normals (Box–Muller): u = (w₀ + ½)·2⁻³², v = (w₁ >>> 8)·2⁻²⁴,
 * √(−2 ln u)·(cos 2πv, sin 2πv).
 */
export function normalsOfWords(v: Vectors, first: Local, second: Local): void {
  const { code } = v;
  v.scoped(2, (radius, sine) => {
    // Both halves are exact in float32, so their sum is rounded once, as a conversion of the whole would be.
    code.get(first).i32(16).op("i32x4.shr_u").op("f32x4.convert_i32x4_s").f32x4(65536).op("f32x4.mul");
    code.get(first).i32x4(0xffff).op("v128.and").op("f32x4.convert_i32x4_s").op("f32x4.add");
    code
      .f32x4(0.5)
      .op("f32x4.add")
      .f32x4(2 ** -32)
      .op("f32x4.mul");
    minusTwiceLogarithm(v);
    code.op("f32x4.sqrt").set(radius);
    code.get(second);
    uniformOfWord(v);
    sineAndCosineOfTurn(v, sine, second);
    code.get(second).get(radius).op("f32x4.mul").set(first);
    code.get(sine).get(radius).op("f32x4.mul").set(second);
  });
}

/** [words] → floor(w·bound/2³²), bounds per lane in a local. */
export function indexBelow(v: Vectors, bound: Local): void {
  const { code } = v;
  v.scoped(3, (words, even, odd) => {
    code.set(words);
    code.get(words).get(bound).op("i64x2.extmul_low_i32x4_u").set(even);
    code.get(words).get(bound).op("i64x2.extmul_high_i32x4_u").set(odd);
    code.get(even).get(odd).shuffle(1, 3, 5, 7);
  });
}
