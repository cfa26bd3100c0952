/**
 * Lambert's W: the w with w e^w = x. Halley's method from a start that suits the range; the square-root series at the branch
 * point x = −1/e.
 * @param x ≥ −1/e; for branch −1 also < 0
 * @param branch 0 (default): w ≥ −1; −1: w ≤ −1
 * @returns NaN outside the branch's range
 */
export function lambertW(x: number, branch: 0 | -1 = 0): number {
  if (Number.isNaN(x) || x < -1 / Math.E) return Number.NaN;
  if (branch === -1 && x >= 0) return x === 0 ? -Infinity : Number.NaN;
  if (x === 0 || x === Infinity) return x;
  const distance = Math.E * x + 1;
  const p = (branch === 0 ? 1 : -1) * Math.sqrt(2 * Math.max(0, distance));
  // W = −1 + p − p²/3 + 11p³/72 − 43p⁴/540 + …, p = ±√(2(ex + 1))
  const series = -1 + p * (1 + p * (-1 / 3 + p * (11 / 72 - (43 / 540) * p)));
  if (Math.abs(p) < 1e-3) return series;
  let w = series;
  if (branch === 0 && x > 1) w = Math.log(x) - Math.log(Math.log(x) + 1);
  else if (branch === 0 && x > -0.2) w = Math.log1p(x);
  else if (branch === -1 && x > -0.25) {
    const l = Math.log(-x);
    w = l - Math.log(-l);
  }
  for (let round = 0; round < 50; round++) {
    const e = Math.exp(w);
    const error = w * e - x;
    const step = error / (e * (w + 1) - ((w + 2) * error) / (2 * w + 2));
    w -= step;
    if (Math.abs(step) <= 1e-16 * Math.abs(w)) break;
  }
  return w;
}
