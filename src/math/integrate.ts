import { sum } from "./sum.ts";

/**
 * The trapezoidal rule on an even grid: h (y₀/2 + y₁ + … + yₙ₋₁ + yₙ/2). Spectrally accurate where the function and its
 * derivatives vanish, or repeat, at the ends.
 * @param values at grid points, both ends among them
 * @param step h, the distance between grid points
 */
export function trapezoid(values: ArrayLike<number>, step: number): number {
  if (values.length < 2) return 0;
  return step * (sum(values) - (values[0]! + values[values.length - 1]!) / 2);
}

export interface IntegrateOptions {
  /** Absolute error to reach. Default 1e-10. */
  readonly tolerance?: number;
  /** How often an interval may be halved. Default 60. */
  readonly depth?: number;
}

/**
 * ∫ₐᵇ f dx by adaptive Simpson's rule with Richardson's correction. Use for functions that are smooth but uneven.
 * @throws RangeError when the tolerance is not reached at the greatest depth
 */
export function integrate(
  f: (x: number) => number,
  a: number,
  b: number,
  options: IntegrateOptions = {},
): number {
  const { tolerance = 1e-10, depth = 60 } = options;
  const part = (
    low: number,
    high: number,
    fLow: number,
    fMiddle: number,
    fHigh: number,
    whole: number,
    allowed: number,
    left: number,
  ): number => {
    const middle = (low + high) / 2;
    const fFirst = f((low + middle) / 2);
    const fSecond = f((middle + high) / 2);
    const sixth = (high - low) / 12;
    const first = sixth * (fLow + 4 * fFirst + fMiddle);
    const second = sixth * (fMiddle + 4 * fSecond + fHigh);
    const error = first + second - whole;
    const size = Math.abs(first) + Math.abs(second);
    // Where rounding alone is larger than what is asked for, halving further cannot help.
    if (Math.abs(error) <= Math.max(15 * allowed, 1e-15 * size)) return first + second + error / 15;
    if (left === 0 || Number.isNaN(error)) {
      throw new RangeError(`integrate: does not reach ${tolerance} near x = ${middle}; is f finite there?`);
    }
    return (
      part(low, middle, fLow, fFirst, fMiddle, first, allowed / 2, left - 1) +
      part(middle, high, fMiddle, fSecond, fHigh, second, allowed / 2, left - 1)
    );
  };
  // Sixteen parts to begin with, so that a narrow peak is seen.
  const parts = 16;
  return sum(
    Array.from({ length: parts }, (_, i) => {
      const low = a + ((b - a) * i) / parts;
      const high = i === parts - 1 ? b : a + ((b - a) * (i + 1)) / parts;
      const [fLow, fMiddle, fHigh] = [f(low), f((low + high) / 2), f(high)];
      const whole = ((high - low) / 6) * (fLow + 4 * fMiddle + fHigh);
      return part(low, high, fLow, fMiddle, fHigh, whole, tolerance / parts, depth);
    }),
  );
}
