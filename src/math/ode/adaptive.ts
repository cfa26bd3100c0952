import { type Derivative, errorNorm, type OdeOptions, type OdeSolution } from "./types.ts";

/** One step of a method: the new state and an estimate of its error, or null where the step cannot be made. */
export interface Attempt {
  readonly y: Float64Array;
  readonly error: Float64Array;
}

export interface Method {
  /** The name in messages. */
  readonly name: string;
  /** The error estimate shrinks as h to this power. */
  readonly order: number;
  attempt(t: number, y: Float64Array, h: number): Attempt | null;
  /** Called after a step was accepted. */
  accepted?(): void;
}

/** A first step from the sizes of y, f and the change of f over a small explicit step (Hairer, Nørsett and Wanner, II.4). */
function firstStep(
  f: Derivative,
  t: number,
  y: Float64Array,
  span: number,
  order: number,
  rtol: number,
  atol: number,
): number {
  const n = y.length;
  const slope = new Float64Array(n);
  f(t, y, slope);
  const zero = new Float64Array(n);
  const size = errorNorm(y, y, y, rtol, atol);
  const speed = errorNorm(slope, y, y, rtol, atol);
  const guess = Math.min(Math.abs(span), size < 1e-5 || speed < 1e-5 ? 1e-6 : (0.01 * size) / speed);
  const moved = Float64Array.from(y, (value, i) => value + Math.sign(span) * guess * slope[i]!);
  const later = new Float64Array(n);
  f(t + Math.sign(span) * guess, moved, later);
  const change = errorNorm(
    later.map((value, i) => value - slope[i]!),
    y,
    zero,
    rtol,
    atol,
  );
  const bend = Math.max(speed, change / guess);
  const step = bend <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : (0.01 / bend) ** (1 / order);
  return Math.min(100 * guess, step, Math.abs(span));
}

/**
 * Advances a method with error control through the times asked for; each is hit exactly.
 * @throws RangeError when steps run out or become too small for the time's own digits
 */
export function adaptive(
  method: Method,
  f: Derivative,
  y0: ArrayLike<number>,
  from: number,
  times: readonly number[],
  options: OdeOptions,
): OdeSolution {
  const { rtol = 1e-6, atol = 1e-9, maxSteps = 100_000, maxStep = Infinity } = options;
  const direction = Math.sign((times.at(-1) ?? from) - from) || 1;
  let t = from;
  let y: Float64Array = Float64Array.from(y0);
  let h = options.firstStep ?? Number.NaN;
  let steps = 0;
  let rejected = 0;
  let afterRejection = false;
  const states: Float64Array[] = [];
  for (const target of times) {
    if ((target - t) * direction < 0) {
      throw new RangeError(`${method.name}: needs times in order from ${from}, got ${target} after ${t}`);
    }
    while (t !== target) {
      const left = Math.abs(target - t);
      if (Number.isNaN(h)) h = firstStep(f, t, y, target - t, method.order, rtol, atol);
      h = Math.min(h, maxStep);
      // The last step before a target is stretched or halved a little rather than leaving a sliver.
      const last = h >= left * 0.999999;
      const length = last ? left : h > left / 2 ? left / 2 : h;
      const made = method.attempt(t, y, direction * length);
      const norm = made === null ? Number.NaN : errorNorm(made.error, y, made.y, rtol, atol);
      if (made !== null && norm <= 1) {
        t = last ? target : t + direction * length;
        y = made.y;
        steps++;
        method.accepted?.();
        const growth = norm === 0 ? 5 : Math.min(5, Math.max(0.2, 0.9 * norm ** (-1 / method.order)));
        const proposed = length * (afterRejection ? Math.min(1, growth) : growth);
        // A step that a target cut short says nothing against the longer one before it.
        h = length < h && growth >= 1 ? Math.max(h, proposed) : proposed;
        afterRejection = false;
      } else {
        rejected++;
        afterRejection = true;
        h = length * (norm > 1 && norm < Infinity ? Math.max(0.1, 0.9 * norm ** (-1 / method.order)) : 0.1);
        if (h <= 16 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(target - from) * 1e-6)) {
          throw new RangeError(
            `${method.name}: step too small at t = ${t}; the solution may be singular there`,
          );
        }
      }
      if (steps + rejected > maxSteps) {
        throw new RangeError(
          `${method.name}: needs more than ${maxSteps} steps, at t = ${t}. Is the problem stiff?`,
        );
      }
    }
    states.push(y.slice());
  }
  return { times, states, steps, rejected };
}
