import type { Local } from "../wasm/index.ts";
import type { Vectors } from "./vectors.ts";

const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.42860682e-6;

/** (eʳ − 1 − r)/r² on |r| ≤ ln 2 / 2, relative error of eʳ 3.1e-9. */
const EXP = [
  0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.008368714712560177, 0.001381455920636654,
];

/** (ln(1+f) − f + f²/2)/f³ on √½ ≤ 1+f ≤ √2, relative error of the logarithm 5.8e-9. */
const LOG = [
  0.3333333134651184, -0.250008225440979, 0.2000122219324112, -0.1662333607673645, 0.14201869070529938,
  -0.1316048949956894, 0.12760914862155914, -0.07632861286401749,
];

/** tanh x = x·P(x²)/Q(x²) on |x| ≤ 9.02, relative error 2.1e-8. */
const TANH_P = [1, 0.13379940390586853, 0.0034942873753607273, 2.0587220205925405e-5, 1.3323467662473831e-8];
const TANH_Q = [1, 0.4671325385570526, 0.025872062891721725, 0.00032834880403243005, 7.76398394464195e-7];
/** From here on tanh is 1 in float32. */
const TANH_LIMIT = 9.02;

/** ln(1+t)/t = P(t)/Q(t) on 0 ≤ t ≤ 1, relative error 9.4e-10. */
const LOG1P_P = [1, 1.0662071704864502, 0.23815104365348816, 0.0034170886501669884];
const LOG1P_Q = [1, 1.5662070512771606, 0.6879241466522217, 0.07528477907180786];

/** Its pattern ends in zeros, so that the low bits of (x + ROUNDER) are those of round(x) for |x| < 2²². */
export const ROUNDER = 12582912;

const SMALLEST_NORMAL = 1.1754943508222875e-38;

/** [x] → eˣ; 0 below −86.98 (where eˣ < 1.7e−38), ∞ above 88.73, NaN for NaN. */
export function exponential(v: Vectors): void {
  const { code } = v;
  v.scoped(4, (x, n, r, bits) => {
    code.tee(x).f32x4(-87.4).op("f32x4.pmax").f32x4(89).op("f32x4.pmin").set(r);
    // Adding 1.5·2²³ rounds to an integer n and leaves it in the low bits, at once.
    code.get(r).f32x4(Math.LOG2E).op("f32x4.mul").f32x4(ROUNDER).op("f32x4.add").tee(bits);
    code.f32x4(ROUNDER).op("f32x4.sub").set(n);
    code.get(n).f32x4(-LN2_HIGH);
    v.mulAdd(() => code.get(r));
    code.set(r);
    code.get(n).f32x4(-LN2_LOW);
    v.mulAdd(() => code.get(r));
    code.set(r);
    // 1 + r + r²·p(r), times 2ⁿ⁻¹, times 2: 2¹²⁸ has no float32.
    v.polynomial(r, EXP);
    code.get(r);
    v.mulAdd(() => code.f32x4(1));
    code.get(r);
    v.mulAdd(() => code.f32x4(1));
    code
      .get(bits)
      .i32(23)
      .op("i32x4.shl")
      .i32x4(126 << 23)
      .op("i32x4.add");
    code.op("f32x4.mul").f32x4(2).op("f32x4.mul");
    code.get(x).f32x4(-86.98).op("f32x4.lt").op("v128.andnot");
  });
}

/** [x] → ln x; −∞ at 0, NaN below. */
export function logarithm(v: Vectors): void {
  const { code } = v;
  v.scoped(4, (x, f, e, small) => {
    code.tee(x).f32x4(SMALLEST_NORMAL).op("f32x4.lt").set(small);
    code.get(x).f32x4(8388608).op("f32x4.mul").get(x).get(small).op("v128.bitselect").set(f);
    normalise(v, f, e);
    code.get(e).get(small).f32x4(23).op("v128.and").op("f32x4.sub").set(e);
    logOfParts(v, f, e);
    // 0 → −∞; ∞ → ∞; negative or NaN → NaN.
    code.set(f);
    code.get(x).get(f).get(x).f32x4(Infinity).op("f32x4.eq").op("v128.bitselect").set(f);
    code.f32x4(-Infinity).get(f).get(x).f32x4(0).op("f32x4.eq").op("v128.bitselect").set(f);
    code.get(f).get(x).f32x4(0).op("f32x4.ge").op("v128.not").op("v128.or");
  });
}

/** ln(1+f) on √½ ≤ 1+f ≤ √2 in f − f²/2 + f³·p(f), relative error 3.2e-8, times −2. */
const RADIUS = [
  -0.6666783690452576, 0.5000260472297668, -0.3992548584938049, 0.3315691947937012, -0.2983758151531219,
  0.2852414846420288, -0.17364996671676636,
];

/** [x] → −2 ln x for normal x in (0, 1]; never negative. */
export function minusTwiceLogarithm(v: Vectors): void {
  const { code } = v;
  v.scoped(3, (f, e, square) => {
    code.set(f);
    normalise(v, f, e);
    code.get(f).get(f).op("f32x4.mul").set(square);
    v.polynomial(f, RADIUS);
    code.get(f);
    v.mulAdd(() => code.f32x4(1));
    code.get(square).op("f32x4.mul");
    code.get(f).get(f).op("f32x4.add").op("f32x4.sub");
    code
      .get(e)
      .f32x4(-2 * Math.LN2)
      .op("f32x4.mul")
      .op("f32x4.add");
  });
}

/** x = 2ᵉ·(1+f) with √½ ≤ 1+f < √2: replaces x in the local f by f. */
function normalise(v: Vectors, f: Local, e: Local): void {
  const { code } = v;
  const sqrtHalf = 0x3f3504f3;
  // Subtracting √½'s pattern makes the exponent field round at √2 and not at 2.
  code.get(f).i32x4(sqrtHalf).op("i32x4.sub").i32(23).op("i32x4.shr_s").set(e);
  code.get(f).get(e).i32(23).op("i32x4.shl").op("i32x4.sub").f32x4(1).op("f32x4.sub").set(f);
  code.get(e).op("f32x4.convert_i32x4_s").set(e);
}

/** Pushes e·ln 2 + ln(1+f). */
function logOfParts(v: Vectors, f: Local, e: Local): void {
  const { code } = v;
  v.scoped(1, (square) => {
    code.get(f).get(f).op("f32x4.mul").set(square);
    v.polynomial(f, LOG);
    code.get(f).op("f32x4.mul");
    code.f32x4(-0.5).op("f32x4.add").get(square).op("f32x4.mul");
    code.get(e).f32x4(LN2_LOW).op("f32x4.mul").op("f32x4.add");
    code.get(f).op("f32x4.add");
    code.get(e).f32x4(LN2_HIGH).op("f32x4.mul").op("f32x4.add");
  });
}

/** [x] → tanh x. */
export function hyperbolicTangent(v: Vectors): void {
  const { code } = v;
  v.scoped(2, (x, y) => {
    code.f32x4(TANH_LIMIT).op("f32x4.pmin").f32x4(-TANH_LIMIT).op("f32x4.pmax").tee(x);
    code.get(x).op("f32x4.mul").set(y);
    v.polynomial(y, TANH_P);
    code.get(x).op("f32x4.mul");
    v.polynomial(y, TANH_Q);
    code.op("f32x4.div").f32x4(1).op("f32x4.pmin").f32x4(-1).op("f32x4.pmax");
  });
}

/** [x] → 1/(1+e⁻ˣ). */
export function logistic(v: Vectors): void {
  const { code } = v;
  code.op("f32x4.neg");
  exponential(v);
  v.scoped(1, (t) => {
    code.set(t);
    code.f32x4(1).get(t).f32x4(1).op("f32x4.add").op("f32x4.div");
  });
}

/** [x] → ln(1+eˣ) = max(x, 0) + ln(1+e^−|x|). */
export function softplus(v: Vectors): void {
  const { code } = v;
  v.scoped(2, (x, t) => {
    code.tee(x).op("f32x4.abs").op("f32x4.neg");
    exponential(v);
    code.set(t);
    v.polynomial(t, LOG1P_P);
    code.get(t).op("f32x4.mul");
    v.polynomial(t, LOG1P_Q);
    code.op("f32x4.div").get(x).f32x4(0).op("f32x4.pmax").op("f32x4.add");
  });
}
