import type { Derivative } from "./types.ts";

/**
 * The classical Runge–Kutta method of order 4 with equal steps.
 * @param y0 `[n]`, not changed
 * @param steps integer ≥ 1
 * @returns the state `[n]` at time `to`
 */
export function rk4(
  f: Derivative,
  y0: ArrayLike<number>,
  from: number,
  to: number,
  steps: number,
): Float64Array {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`rk4: needs steps >= 1, got ${steps}`);
  const n = y0.length;
  const y = Float64Array.from(y0);
  const h = (to - from) / steps;
  const [k1, k2, k3, k4, stage] = Array.from({ length: 5 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const shift = (k: Float64Array, by: number): Float64Array => {
    for (let i = 0; i < n; i++) stage[i] = y[i]! + by * k[i]!;
    return stage;
  };
  for (let step = 0; step < steps; step++) {
    const t = from + step * h;
    f(t, y, k1);
    f(t + h / 2, shift(k1, h / 2), k2);
    f(t + h / 2, shift(k2, h / 2), k3);
    f(t + h, shift(k3, h), k4);
    for (let i = 0; i < n; i++) y[i]! += (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  }
  return y;
}
