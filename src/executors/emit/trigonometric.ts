import type { Local } from "../wasm/index.ts";
import { ROUNDER } from "./exponential.ts";
import type { Vectors } from "./vectors.ts";

/** (sin r / r − 1)/r² and (cos r − 1 + r²/2)/r⁴ in y = r², |r| ≤ π/4: relative errors 3.8e-9 and 1.2e-10. */
const SIN = [-0.16666655242443085, 0.00833216030150652, -0.0001951525773620233];
const COS = [0.04166664555668831, -0.0013887315290048718, 2.4433113139821216e-5];

/** sin(πf/2)/f and cos(πf/2) in y = f², |f| ≤ ½: errors 4.8e-9 and 2.8e-8. */
const SIN_TURN = [1.5707963705062866, -0.6459634900093079, 0.07968022674322128, -0.0046021766029298306];
const COS_TURN = [1, -1.2336970567703247, 0.2535986304283142, -0.020408350974321365];

/** π/2 in three parts, of which the first two have few bits: n·part is exact for n < 2¹³. */
const HALF_PI = [1.5703125, 4.837512969970703e-4, 7.54978995489188e-8];

/** [x] → sin x (or cos x); full float32 precision for |x| ≤ 8192. */
export function sineOrCosine(v: Vectors, which: "sin" | "cos"): void {
  const { code } = v;
  v.scoped(5, (r, n, bits, sine, cosine) => {
    code
      .tee(r)
      .f32x4(2 / Math.PI)
      .op("f32x4.mul")
      .f32x4(ROUNDER)
      .op("f32x4.add")
      .tee(bits);
    code.f32x4(ROUNDER).op("f32x4.sub").set(n);
    for (const part of HALF_PI) {
      code.get(r).get(n).f32x4(part).op("f32x4.mul").op("f32x4.sub").set(r);
    }
    v.scoped(1, (y) => {
      code.get(r).get(r).op("f32x4.mul").set(y);
      v.polynomial(y, SIN);
      code.get(y).op("f32x4.mul").get(r);
      v.mulAdd(() => code.get(r));
      code.set(sine);
      v.polynomial(y, COS);
      code.get(y).op("f32x4.mul").f32x4(-0.5).op("f32x4.add").get(y);
      v.mulAdd(() => code.f32x4(1));
      code.set(cosine);
    });
    if (which === "cos") code.get(bits).i32x4(1).op("i32x4.add").set(bits);
    quadrant(v, bits, sine, cosine);
  });
}

/** [v in [0, 1)] → sin 2πv in one local and cos 2πv in another; the range reduction is exact. */
export function sineAndCosineOfTurn(v: Vectors, sine: Local, cosine: Local): void {
  const { code } = v;
  v.scoped(4, (f, n, y, s) => {
    code.f32x4(4).op("f32x4.mul").tee(f).f32x4(ROUNDER).op("f32x4.add").set(n);
    code.get(f).get(n).f32x4(ROUNDER).op("f32x4.sub").op("f32x4.sub").tee(f).get(f).op("f32x4.mul").set(y);
    v.polynomial(y, SIN_TURN);
    code.get(f).op("f32x4.mul").set(s);
    v.polynomial(y, COS_TURN);
    code.set(cosine);
    // In odd quarters sine and cosine change places: exchange the bits in which they differ.
    code.get(s).get(cosine).op("v128.xor").get(n).i32(31).op("i32x4.shl").i32(31).op("i32x4.shr_s");
    code.op("v128.and").set(f);
    code.get(s).get(f).op("v128.xor").get(n).i32x4(2).op("v128.and").i32(30).op("i32x4.shl");
    code.op("v128.xor").set(sine);
    code.get(cosine).get(f).op("v128.xor");
    code.get(n).i32x4(1).op("i32x4.add").i32x4(2).op("v128.and").i32(30).op("i32x4.shl");
    code.op("v128.xor").set(cosine);
  });
}

/** Pushes sin(r + nπ/2) from sin r and cos r; of n only the two lowest bits count. */
function quadrant(v: Vectors, n: Local, sine: Local, cosine: Local): void {
  const { code } = v;
  code.get(cosine).get(sine);
  code.i32x4(0).get(n).i32x4(1).op("v128.and").op("i32x4.sub").op("v128.bitselect");
  code.get(n).i32x4(2).op("v128.and").i32(30).op("i32x4.shl").op("v128.xor");
}
