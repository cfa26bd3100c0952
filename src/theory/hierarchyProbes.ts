import { addAutocovariance, exponentialTime, integratedTime, noAutocovariance } from "../population/index.ts";
import { type Key, stream } from "../random/index.ts";

/** The weights of a trained network of leaky units with two inputs and two outputs. */
export interface LeakyNetwork {
  /** `[2, units]` */
  readonly input: ArrayLike<number>;
  /** `[units, units]` */
  readonly recurrent: ArrayLike<number>;
  /** `[units]` */
  readonly bias: ArrayLike<number>;
  /** `[units]`: τ in steps. */
  readonly tau: readonly number[];
  /** `[units, 2]` and `[2]` */
  readonly readout: ArrayLike<number>;
  readonly readoutBias: ArrayLike<number>;
}

/** What a network does on white noise, and what it cannot do without some of its units. */
export interface HierarchyProbes {
  /** `[units]`: exponential time of each unit's activity, in steps; 0: no memory. */
  readonly activityTau: readonly number[];
  /** Mean squared error of both outputs. */
  readonly error: readonly [number, number];
  /** What silencing the slowest third of the units (by τ) adds to the error of both outputs. */
  readonly withoutSlow: readonly [number, number];
  /** The same of the fastest third. */
  readonly withoutFast: readonly [number, number];
}

const BURN_IN = 400;

/**
 * Drives a network with white noise (docs/theory, T8.3, H3 and H4): the time scales of its activity, which recurrence makes
 * longer than its units' own, and lesions.
 * @param timeConstants of both targets
 * @param steps that are looked at
 */
export function hierarchyProbes(
  network: LeakyNetwork,
  timeConstants: readonly [number, number],
  key: Key,
  steps = 4000,
): HierarchyProbes {
  const units = network.tau.length;
  const draws = stream(key, "white noise");
  const x = Float64Array.from({ length: 2 * (BURN_IN + steps) }, () => draws.normal());
  const whole = drive(network, timeConstants, x, new Set());
  const third = Math.max(1, Math.floor(units / 3));
  const order = network.tau.map((_, i) => i).toSorted((a, b) => network.tau[a]! - network.tau[b]!);
  const damage = (silent: readonly number[]): readonly [number, number] => {
    const { error } = drive(network, timeConstants, x, new Set(silent));
    return [error[0] - whole.error[0], error[1] - whole.error[1]];
  };
  return {
    activityTau: whole.activity.map((series) => memory(series)),
    error: whole.error,
    withoutSlow: damage(order.slice(-third)),
    withoutFast: damage(order.slice(0, third)),
  };
}

/** Exponential time of a series, from its integrated autocorrelation. */
function memory(series: number[]): number {
  const mean = series.reduce((sum, value) => sum + value / series.length, 0);
  const centred = series.map((value) => value - mean);
  for (const lags of [100, 400, Math.floor(series.length / 2)]) {
    const time = integratedTime(addAutocovariance(noAutocovariance, centred, lags));
    if (time !== null) return exponentialTime(time);
  }
  return series.length;
}

/** Runs the network; silenced units stay at 0. */
function drive(
  { input, recurrent, bias, tau, readout, readoutBias }: LeakyNetwork,
  timeConstants: readonly [number, number],
  x: Float64Array,
  silent: ReadonlySet<number>,
): { readonly activity: number[][]; readonly error: readonly [number, number] } {
  const units = tau.length;
  const rates = tau.map((t) => -Math.expm1(-1 / t));
  const h = new Float64Array(units);
  const before = new Float64Array(units);
  const activity: number[][] = Array.from({ length: units }, () => []);
  const targetRates = timeConstants.map((t) => -Math.expm1(-1 / t));
  const scales = targetRates.map((rate) => Math.sqrt((2 - rate) / rate));
  const averages = [0, 0];
  const error: [number, number] = [0, 0];
  const steps = x.length / 2;
  for (let t = 0; t < steps; t++) {
    before.set(h);
    for (let i = 0; i < units; i++) {
      if (silent.has(i)) continue;
      let sum = bias[i]! + x[2 * t]! * input[i]! + x[2 * t + 1]! * input[units + i]!;
      for (let j = 0; j < units; j++) sum += before[j]! * recurrent[j * units + i]!;
      h[i] = before[i]! + rates[i]! * (Math.tanh(sum) - before[i]!);
      if (t >= BURN_IN) activity[i]!.push(h[i]!);
    }
    for (const which of [0, 1] as const) {
      averages[which]! += targetRates[which]! * (x[2 * t + which]! - averages[which]!);
      if (t < BURN_IN) continue;
      let y = readoutBias[which]!;
      for (let i = 0; i < units; i++) y += h[i]! * readout[2 * i + which]!;
      error[which] += (y - scales[which]! * averages[which]!) ** 2 / (steps - BURN_IN);
    }
  }
  return { activity, error };
}
