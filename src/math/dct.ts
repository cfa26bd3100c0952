import { fft, inverseFft } from "./fft.ts";

/**
 * The discrete cosine transform of type II, Xₖ = Σⱼ xⱼ cos(π(j + ½)k/n): the eigenbasis of the second difference with
 * reflecting ends. One complex transform of the same length, after sorting x into even then falling odd positions.
 * @returns `[n]`
 */
export function dct(x: ArrayLike<number>): Float64Array {
  const n = x.length;
  const sorted = new Float64Array(n);
  for (let j = 0; 2 * j < n; j++) sorted[j] = x[2 * j]!;
  for (let j = 0; 2 * j + 1 < n; j++) sorted[n - 1 - j] = x[2 * j + 1]!;
  const { re, im } = fft(sorted);
  return Float64Array.from(re, (value, k) => {
    const angle = (Math.PI * k) / (2 * n);
    return value * Math.cos(angle) + im[k]! * Math.sin(angle);
  });
}

/**
 * The inverse of `dct`: xⱼ = X₀/n + 2/n Σₖ₌₁ Xₖ cos(π(j + ½)k/n).
 * @returns `[n]`
 */
export function inverseDct(X: ArrayLike<number>): Float64Array {
  const n = X.length;
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const angle = (Math.PI * k) / (2 * n);
    const mirrored = k === 0 ? 0 : X[n - k]!;
    re[k] = X[k]! * Math.cos(angle) + mirrored * Math.sin(angle);
    im[k] = X[k]! * Math.sin(angle) - mirrored * Math.cos(angle);
  }
  const sorted = inverseFft(re, im).re;
  const x = new Float64Array(n);
  for (let j = 0; 2 * j < n; j++) x[2 * j] = sorted[j]!;
  for (let j = 0; 2 * j + 1 < n; j++) x[2 * j + 1] = sorted[n - 1 - j]!;
  return x;
}
