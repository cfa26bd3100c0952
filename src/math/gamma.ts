const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** B₂ₖ/(2k(2k−1)), k = 1 … 8: coefficients of Stirling's series. */
const stirling = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;

/**
 * ln Γ(x) for x > 0: x is raised above 10 by Γ(x + 1) = x Γ(x), then Stirling's series. About 1e-15 relative to
 * max(1, |ln Γ|).
 * @returns Infinity at 0, NaN below 0
 */
export function logGamma(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x === 0 || x === Infinity) return Infinity;
  let z = x;
  let product = 1;
  while (z < 10) {
    product *= z;
    z += 1;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  let series = 0;
  for (let k = stirling.length - 1; k >= 0; k--) series = series * square + stirling[k]!;
  return (z - 0.5) * Math.log(z) - z + halfLogTwoPi + series * inverse - Math.log(product);
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
