import { erfc } from "./erf.ts";

const sqrtTwoPi = Math.sqrt(2 * Math.PI);

/** Density of the standard normal law, φ(x) = e^{−x²/2}/√(2π). */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / sqrtTwoPi;
}

/** Distribution function of the standard normal law, Φ(x), with full relative accuracy in the lower tail. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/**
 * Quantile of the standard normal law, Φ⁻¹(p), to double precision: a rational start (Abramowitz and Stegun 26.2.23)
 * and three Halley steps x ← x − r/(1 + x r/2), r = (Φ(x) − p)/φ(x), always in the lower tail.
 * @param p 0 … 1; 0 gives −Infinity, 1 gives Infinity, outside NaN
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 3; i++) {
    const density = normalPdf(x);
    if (density === 0) break;
    const r = (normalCdf(x) - p) / density;
    x -= r / (1 + (x * r) / 2);
  }
  return x;
}
