/** dy/dt = f(t, y), written into `into`. */
export type Derivative = (t: number, y: Float64Array, into: Float64Array) => void;

export interface OdeOptions {
  /** Relative error per step. Default 1e-6. */
  readonly rtol?: number;
  /** Absolute error per step. Default 1e-9. */
  readonly atol?: number;
  /** First step to try; found from the problem when absent. */
  readonly firstStep?: number;
  /** Longest step. Default: as long as the interval. */
  readonly maxStep?: number;
  /** Steps after which to give up. Default 100 000. */
  readonly maxSteps?: number;
}

export interface OdeSolution {
  /** The times asked for. */
  readonly times: readonly number[];
  /** One state `[n]` per time. */
  readonly states: readonly Float64Array[];
  /** Steps accepted. */
  readonly steps: number;
  /** Steps tried again with a smaller length. */
  readonly rejected: number;
}

/** Root mean square of error/(atol + rtol · size): at most 1 is accepted. */
export function errorNorm(
  error: ArrayLike<number>,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  rtol: number,
  atol: number,
): number {
  const n = error.length;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const scale = atol + rtol * Math.max(Math.abs(before[i]!), Math.abs(after[i]!));
    const share = error[i]! / scale;
    total += share * share;
  }
  return n === 0 ? 0 : Math.sqrt(total / n);
}
