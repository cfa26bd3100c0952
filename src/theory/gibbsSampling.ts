import { refuse } from "../errors/index.ts";
import { autocorrelationTime } from "../math/index.ts";
import { type Key, stream } from "../random/index.ts";

/** A potential in any number of dimensions at one h. */
export interface SampledPotential {
  readonly dimensions: number;
  readonly loss: (theta: Float64Array) => number;
  /** Writes ∇L. */
  readonly gradient: (theta: Float64Array, into: Float64Array) => void;
  /** T > 0 */
  readonly temperature: number;
}

/** An average over samples of μ ∝ e^{−L/T}. */
export interface SampledFitness {
  /** F = E φ. */
  readonly mean: number;
  /** Standard error of the mean, correlation of the samples included. */
  readonly error: number;
  /** Var φ */
  readonly variance: number;
  /** Share of proposals accepted: 0.4 … 0.8 is well tuned. */
  readonly accepted: number;
}

/**
 * The effective fitness of one h where no formula and no quadrature reaches: Metropolis-adjusted Langevin steps, whose
 * invariant law is exactly the Gibbs law at any step size (docs/theory, T1.1 and T3.4).
 * @param run.step x: fast time of a proposal
 * @param run.start θ `[d]`; default 0
 * @param run.burnIn samples that are left out first; default a tenth
 * @throws UsageError for impossible parameters, all at once
 */
export function sampledFitness(
  potential: SampledPotential,
  fitness: (theta: Float64Array) => number,
  key: Key,
  run: {
    readonly samples: number;
    readonly step: number;
    readonly start?: ArrayLike<number>;
    readonly burnIn?: number;
  },
): SampledFitness {
  const { dimensions: d, loss, gradient, temperature: T } = potential;
  const { samples, step: x, burnIn = Math.ceil(run.samples / 10) } = run;
  const problems: string[] = [];
  if (!Number.isInteger(d) || d < 1)
    problems.push(`sampledFitness.dimensions: needs an integer >= 1, got ${d}`);
  if (!(T > 0)) problems.push(`sampledFitness.temperature: needs a number > 0, got ${T}`);
  if (!(x > 0)) problems.push(`sampledFitness.step: needs a number > 0, got ${x}`);
  if (!Number.isInteger(samples) || samples < 2)
    problems.push(`sampledFitness.samples: needs an integer >= 2, got ${samples}`);
  refuse(problems);
  const draws = stream(key, "mala");
  const amplitude = Math.sqrt(2 * T * x);
  let here = Float64Array.from(run.start ?? new Float64Array(d));
  let slope = new Float64Array(d);
  let there = new Float64Array(d);
  let steep = new Float64Array(d);
  let level = loss(here);
  gradient(here, slope);
  let accepted = 0;
  const values = new Float64Array(samples);
  for (let n = -burnIn; n < samples; n++) {
    let forth = 0;
    for (let i = 0; i < d; i++) {
      const z = draws.normal();
      there[i] = here[i]! - x * slope[i]! + amplitude * z;
      forth += z * z;
    }
    const proposed = loss(there);
    gradient(there, steep);
    let back = 0;
    for (let i = 0; i < d; i++) back += (here[i]! - there[i]! + x * steep[i]!) ** 2;
    if (Math.log(draws.uniform()) < (level - proposed) / T + forth / 2 - back / (4 * T * x)) {
      [here, there] = [there, here];
      [slope, steep] = [steep, slope];
      level = proposed;
      if (n >= 0) accepted++;
    }
    if (n >= 0) values[n] = fitness(here);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / samples;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (samples - 1);
  const time = variance > 0 ? Math.max(1, blockedTime(values)) : 1;
  return { mean, error: Math.sqrt((variance * time) / samples), variance, accepted: accepted / samples };
}

/** Autocorrelation time, averaged over pieces of at most 2000 samples: the whole series would take n² products. */
function blockedTime(values: Float64Array): number {
  const length = Math.min(values.length, 2000);
  const pieces = Math.floor(values.length / length);
  let sum = 0;
  let count = 0;
  for (let k = 0; k < pieces; k++) {
    const time = autocorrelationTime(values.subarray(k * length, (k + 1) * length));
    if (!Number.isFinite(time)) continue;
    sum += time;
    count++;
  }
  return count === 0 ? 1 : sum / count;
}
