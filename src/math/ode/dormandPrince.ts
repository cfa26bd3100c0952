import { adaptive, type Attempt } from "./adaptive.ts";
import type { Derivative, OdeOptions, OdeSolution } from "./types.ts";

/** Dormand and Prince (1980), RK5(4)7M: nodes, stage weights, and the difference of the two solutions' weights. */
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const;
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
] as const;
const difference = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;

/**
 * Solves dy/dt = f(t, y) by the Runge–Kutta pair of Dormand and Prince, order 5 with error control of order 4. For
 * problems that are not stiff; use `stiffOde` for those that are.
 * @param y0 `[n]` at time `from`, not changed
 * @param times where the state is wanted, in order from `from`
 * @throws RangeError when steps run out or become too small, or times are out of order
 * @example
 * dormandPrince((t, y, into) => { into[0] = -y[0]; }, [1], 0, [1], { rtol: 1e-9 }).states[0][0]; // 0.3678794…
 */
export function dormandPrince(
  f: Derivative,
  y0: ArrayLike<number>,
  from: number,
  times: readonly number[],
  options: OdeOptions = {},
): OdeSolution {
  const n = y0.length;
  const k = Array.from({ length: 7 }, () => new Float64Array(n));
  const stage = new Float64Array(n);
  /** The last slope of an accepted step is the first of the next. */
  let fresh = true;
  const attempt = (t: number, y: Float64Array, h: number): Attempt | null => {
    if (fresh) f(t, y, k[0]!);
    fresh = false;
    for (let s = 1; s < 7; s++) {
      const weights = stages[s]!;
      for (let i = 0; i < n; i++) {
        let value = 0;
        for (let j = 0; j < s; j++) value += weights[j]! * k[j]![i]!;
        stage[i] = y[i]! + h * value;
      }
      f(t + nodes[s]! * h, stage, k[s]!);
    }
    const error = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let value = 0;
      for (let j = 0; j < 7; j++) value += difference[j]! * k[j]![i]!;
      error[i] = h * value;
    }
    return { y: stage.slice(), error };
  };
  const accepted = (): void => {
    k[0]!.set(k[6]!);
  };
  return adaptive({ name: "dormandPrince", order: 5, attempt, accepted }, f, y0, from, times, options);
}
