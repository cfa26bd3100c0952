import {
  cholesky,
  type Cholesky,
  choleskyLogDeterminant,
  choleskySolve,
  solveLower,
} from "../../math/index.ts";
import { type Stream, stream } from "../../random/index.ts";
import type { Hyperparameters, Json, SearchSpace, Value } from "../../space/index.ts";
import { readGains } from "../diagnostics/record.ts";
import { featuresOf } from "../fitness/features.ts";
import { demand, isPositive, isWithin } from "../options.ts";
import type { Mutation, MutationInput } from "../types.ts";
import { gaussian } from "./gaussian.ts";
import { reflect } from "./reflect.ts";

export interface Pb2Options {
  /** Forgetting ε per generation: 0 ≤ forgetting < 1. Default 0.1. */
  readonly forgetting?: number;
  /** Share of the step of a Gaussian mutation used while the bandit has no data, and for categories: > 0. Default 0.1. */
  readonly sigma?: number;
  /** Candidates among which the acquisition is maximised: an integer ≥ 10. Default 200. */
  readonly candidates?: number;
}

/** Gains used at most. */
const MOST = 100;
const LEAST = 5;
const LENGTHS = [0.1, 0.3, 1];
const NOISE = [0.05, 0.3, 2];

/**
 * Population-based bandits: a copy's hyperparameters maximise an upper confidence bound of the improvement that a
 * Gaussian process predicts for the next interval, in place of a blind perturbation.
 *
 *     y = Δφ/Δt, standardised and clipped to ±2;   inputs: φ before (scaled to [0, 1]) and the encoded hyperparameters
 *     k((x, t), (x′, t′)) = exp(−|x − x′|²/2l²) (1 − ε)^{|t − t′|/2},   h = argmax μ(h) + √κ σ(h)
 *     κ = 0.2 + max(0, ln(0.4 N))
 *
 * with N observations; l and the noise by marginal likelihood over a small grid. Where several members copy at one slow step,
 * each maximises over random candidates of its own, which keeps their choices apart. Integers and ordered values are rounded
 * from the unit cube; unordered ones mutate as under `gaussian`. With fewer than five observed intervals all do.
 * @throws UsageError naming every option out of range
 * @see Parker-Holder et al. 2020, Provably Efficient Online Hyperparameter Optimization with Population-Based Bandits
 */
export function pb2({ forgetting = 0.1, sigma = 0.1, candidates = 200 }: Pb2Options = {}): Mutation {
  demand("pb2", [
    {
      name: "forgetting",
      value: forgetting,
      needs: "0 <= forgetting < 1",
      holds: isWithin(forgetting, 0, 1 - Number.EPSILON),
    },
    { name: "sigma", value: sigma, needs: "a finite sigma > 0", holds: isPositive(sigma) },
    {
      name: "candidates",
      value: candidates,
      needs: "an integer >= 10",
      holds: Number.isInteger(candidates) && candidates >= 10,
    },
  ]);
  const blind = gaussian({ sigma });
  return {
    spec: { kind: "pb2", forgetting, sigma, candidates },
    mutate(input): ReturnType<Mutation["mutate"]> {
      const { space, member, generation, key, parent } = input;
      const start = blind.mutate(input);
      const numeric = space.distributions.flatMap(({ topology, fixed }, i) =>
        fixed || topology === "fixed" || topology === "unordered" ? [] : [i],
      );
      const model = numeric.length === 0 ? null : learn(input, forgetting);
      if (model === null) {
        return { hyperparameters: start.hyperparameters, detail: { ...start.detail, bandit: null } };
      }
      const draws = stream(key, "pb2", member, generation);
      const home = start.hyperparameters;
      let best = { bound: -Infinity, units: numeric.map((i) => unitOf(space, home, i)) };
      const consider = (units: readonly number[]): void => {
        const h = withUnits(space, home, numeric, units);
        const { mean, sd } = model.predict(featuresOf(space, h));
        const bound = mean + model.kappa * sd;
        if (bound > best.bound) best = { bound, units: [...units] };
      };
      consider(best.units);
      consider(numeric.map((i) => unitOf(space, parent, i)));
      for (let c = 0; c < candidates; c++) consider(numeric.map(() => draws.uniform()));
      // A random candidate is a start: its neighbourhood is searched in shrinking steps.
      for (let step = 0.1; step > 0.005; step /= 2) {
        for (let c = 0; c < 8; c++) consider(best.units.map((u) => nearby(u, step, draws)));
      }
      return {
        hyperparameters: withUnits(space, home, numeric, best.units),
        detail: { bandit: Number(best.bound.toPrecision(6)), observations: model.observations },
      };
    },
  };
}

const nearby = (u: number, step: number, draws: Stream): number => reflect(u + step * draws.normal());

const unitOf = (space: SearchSpace<unknown>, h: Hyperparameters, i: number): number =>
  space.distributions[i]!.encode(h[space.names[i]!]!);

function withUnits(
  space: SearchSpace<unknown>,
  home: Hyperparameters,
  numeric: readonly number[],
  units: readonly number[],
): Hyperparameters {
  const moved: Record<string, Value> = { ...home };
  for (const [k, i] of numeric.entries()) moved[space.names[i]!] = space.distributions[i]!.decode(units[k]!);
  return moved;
}

interface Model {
  readonly kappa: number;
  readonly observations: number;
  predict(features: readonly number[]): { readonly mean: number; readonly sd: number };
}

/** What the record's gains say, whoever asks. */
interface Fit {
  readonly factors: Cholesky;
  readonly length: number;
  readonly alpha: Float64Array;
  readonly signal: number;
  readonly rows: readonly (readonly number[])[];
  /** (1 − ε)^{|t − t′|/2} between each observation and the next interval. */
  readonly faded: Float64Array;
  /** A score in units of those that gains began from. */
  readonly level: (score: number) => number;
  readonly high: number;
}

/** The members that copy at one slow step see the same record: it is fitted once. */
const fits = new WeakMap<object, Map<number, Fit | null>>();

/** The Gaussian process over the observed gains; null while they say nothing. */
function learn({ population, member, scores }: MutationInput, forgetting: number): Model | null {
  const fitted = recall(population.record, forgetting);
  if (fitted === null) return null;
  const { factors, length, alpha, signal, rows, faded, level, high } = fitted;
  const own = scores.find((score) => score.member === member)?.score;
  const here = level(own ?? high);
  return {
    kappa: Math.sqrt(0.2 + Math.max(0, Math.log(0.4 * rows.length))),
    observations: rows.length,
    predict(features) {
      const query = [here, ...features];
      const k = new Float64Array(rows.length);
      let mean = 0;
      for (let i = 0; i < k.length; i++) {
        k[i] = closeness(rows[i]!, query, length) * faded[i]!;
        mean += k[i]! * alpha[i]!;
      }
      const half = solveLower(factors, k);
      let explained = 0;
      for (const value of half) explained += value * value;
      return {
        mean,
        sd: Math.sqrt(signal * Math.max(0, 1 - explained)),
      };
    },
  };
}

function recall(record: MutationInput["population"]["record"], forgetting: number): Fit | null {
  if (typeof record !== "object" || record === null) return null;
  const known = fits.get(record) ?? new Map<number, Fit | null>();
  fits.set(record, known);
  let found = known.get(forgetting);
  if (found === undefined) {
    found = fit(record, forgetting);
    known.set(forgetting, found);
  }
  return found;
}

function closeness(a: readonly number[], b: readonly number[], length: number): number {
  let distance = 0;
  for (let d = 0; d < a.length; d++) distance += (a[d]! - b[d]!) ** 2;
  return Math.exp(-distance / (2 * length * length));
}

function fit(record: Json, forgetting: number): Fit | null {
  const gains = readGains(record).slice(-MOST);
  const n = gains.length;
  if (n < LEAST) return null;
  const mean = gains.reduce((sum, { rate }) => sum + rate / n, 0);
  const sd = Math.sqrt(gains.reduce((sum, { rate }) => sum + (rate - mean) ** 2 / n, 0));
  if (!(sd > 0) || !Number.isFinite(sd)) return null;
  const y = gains.map(({ rate }) => Math.min(2, Math.max(-2, (rate - mean) / sd)));
  const low = Math.min(...gains.map(({ before }) => before));
  const high = Math.max(...gains.map(({ before }) => before));
  const level = (score: number): number =>
    high > low ? Math.min(1, Math.max(0, (score - low) / (high - low))) : 0.5;
  const rows = gains.map(({ before, features }) => [level(before), ...features]);
  const times = gains.map(({ generation }) => generation);
  const now = Math.max(...times) + 1;
  const kept = Math.sqrt(1 - forgetting);
  const fading = Float64Array.from({ length: now - Math.min(...times) + 1 }, (_, gap) => kept ** gap);
  let best: (Pick<Fit, "factors" | "length" | "alpha" | "signal"> & { evidence: number }) | null = null;
  for (const length of LENGTHS) {
    const K = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        K[i * n + j] = closeness(rows[i]!, rows[j]!, length) * fading[Math.abs(times[i]! - times[j]!)]!;
      }
    }
    for (const noise of NOISE) {
      for (let i = 0; i < n; i++) K[i * n + i] = 1 + noise;
      const factors = cholesky(K, n);
      if (factors === null) continue;
      const alpha = choleskySolve(factors, y);
      const signal = Math.max(1e-12, y.reduce((sum, value, i) => sum + value * alpha[i]!, 0) / n);
      const evidence = -0.5 * (n * Math.log(signal) + choleskyLogDeterminant(factors));
      if (best === null || evidence > best.evidence) best = { evidence, factors, length, alpha, signal };
    }
  }
  if (best === null) return null;
  return { ...best, rows, faded: Float64Array.from(times, (time) => fading[now - time]!), level, high };
}
