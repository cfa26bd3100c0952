import { quantile } from "../../math/index.ts";
import { localLinear } from "../../population/index.ts";
import { type Key, stream } from "../../random/index.ts";
import type { HyperparameterFacts, Slice } from "../types.ts";
import type { Observations } from "./observations.ts";

/** Fewer observations, and nothing is shown. */
export const leastObservations = 24;
/** Less spread of the encoded hyperparameter, and nothing is shown. */
const leastSpread = 0.02;
const positions = 33;
const bins = 96;
const replicates = 80;
const bandLevels = [0.05, 0.95] as const;

/** Sums of one resample, by bin. */
interface Binned {
  readonly weight: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface OutlineInput {
  readonly facts: HyperparameterFacts;
  /** Its place among the hyperparameters. */
  readonly k: number;
  readonly observations: Observations;
  /** Corrected chance of seeing as much where there is nothing; null: not tested. */
  readonly p: number | null;
}

export interface SliceInput extends OutlineInput {
  /** Encoded coordinates of the members now. */
  readonly rug: readonly number[];
  readonly gradient: number | null;
  readonly key: Key;
}

/** A slice without its sentence. */
export type SliceNumbers = Omit<Slice, "text">;

/** Its line without the band: all that a sentence needs. */
export type Outline = Pick<
  SliceNumbers,
  "name" | "scale" | "count" | "notIdentifiable" | "at" | "estimate" | "p"
>;

/** What the line is drawn from, for its band. */
interface Ground {
  readonly draw: ReturnType<typeof blocksOf>;
  readonly regress: (sums: Binned) => (number | null)[];
  readonly whole: Binned;
  /** Of the hyperparameter's observed values. */
  readonly range: number;
}

/**
 * How fitness depends on one encoded hyperparameter: local linear regression over bins of the observations (for
 * categories: their means), within the observed range only, with a 90 % band from a bootstrap that draws whole
 * generations (single observations where fewer than three generations are there).
 * @see theory: effective fitness, F(h) = E[φ | h]
 */
export function sliceOf(input: SliceInput): SliceNumbers {
  const { facts, k, rug, gradient, key } = input;
  const { outline, ground } = groundOf(input);
  if (ground === null) return { ...outline, rug, gradient, low: [], high: [], slope: null };
  const { draw, regress, whole, range } = ground;
  const curves: (number | null)[][] = [];
  const slopes: number[] = [];
  const draws = stream(key, "bootstrap", k);
  for (let b = 0; b < replicates; b++) {
    const sums = draw.resample(() => draws.uniform());
    curves.push(regress(sums));
    slopes.push(slopeOf(sums, range));
  }
  const band = (level: number): (number | null)[] =>
    outline.at.map((_, i) => {
      const values = curves.flatMap((curve) => curve[i] ?? []);
      return values.length < replicates / 2 ? null : quantile(values, level);
    });
  const finite = slopes.filter((slope) => Number.isFinite(slope));
  return {
    ...outline,
    rug,
    gradient,
    low: band(bandLevels[0]),
    high: band(bandLevels[1]),
    slope:
      facts.scale === "category" || finite.length < replicates / 2
        ? null
        : {
            estimate: slopeOf(whole, range),
            low: quantile(finite, bandLevels[0]),
            high: quantile(finite, bandLevels[1]),
          },
  };
}

/** As `sliceOf`, without the bootstrap, which takes nearly all of its time. */
export const outlineOf = (input: OutlineInput): Outline => groundOf(input).outline;

function groundOf({ facts, k, observations, p }: OutlineInput): {
  readonly outline: Outline;
  readonly ground: Ground | null;
} {
  const { coordinates, dimensions, fitness } = observations;
  const x = Float64Array.from(fitness, (_, i) => coordinates[i * dimensions + k]!);
  const seen = x.filter((value) => !Number.isNaN(value));
  const category = facts.scale === "category";
  const base = { name: facts.name, scale: facts.scale, count: seen.length, p };
  const nothing = (reason: string) => ({
    outline: { ...base, notIdentifiable: reason, at: [], estimate: [] },
    ground: null,
  });
  if (facts.topology === "fixed") return nothing("This hyperparameter is fixed.");
  if (seen.length < leastObservations) {
    return nothing(
      `Not identifiable: ${seen.length} evaluations, and at least ${leastObservations} are needed.`,
    );
  }
  const [from, until] = bounds(seen);
  if (until - from < leastSpread) {
    return nothing("Not identifiable: all members have nearly the same value.");
  }
  const at = category
    ? facts.ticks.map((tick) => tick.at).filter((tick) => tick >= from - 1e-6 && tick <= until + 1e-6)
    : Array.from({ length: positions }, (_, i) => from + ((until - from) * i) / (positions - 1));
  const place = category
    ? (value: number): number => nearest(at, value)
    : (value: number): number => Math.min(bins - 1, Math.floor(((value - from) / (until - from)) * bins));
  const draw = blocksOf(observations, x, place, category ? at.length : bins);
  const regress = (sums: Binned): (number | null)[] => (category ? means(sums) : regression(sums, at));
  const whole = draw.all();
  return {
    outline: { ...base, notIdentifiable: null, at, estimate: regress(whole) },
    ground: { draw, regress, whole, range: until - from },
  };
}

function bounds(values: Iterable<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

const nearest = (at: readonly number[], value: number): number =>
  at.reduce((best, tick, i) => (Math.abs(tick - value) < Math.abs(at[best]! - value) ? i : best), 0);

/** Sums by bin for each block, so that a resample costs bins × blocks, whatever the number of observations. */
function blocksOf(
  { fitness, block, blocks }: Observations,
  x: Float64Array,
  place: (value: number) => number,
  size: number,
): { all(): Binned; resample(uniform: () => number): Binned } {
  const byGeneration = blocks >= 3;
  const empty = (): Binned => ({
    weight: new Float64Array(size),
    x: new Float64Array(size),
    y: new Float64Array(size),
  });
  const sumsOf: (Binned | undefined)[] = [];
  let used = 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    if (Number.isNaN(value)) continue;
    const sums = (sumsOf[byGeneration ? block[i]! : used] ??= empty());
    used++;
    const bin = place(value);
    sums.weight[bin] = sums.weight[bin]! + 1;
    sums.x[bin] = sums.x[bin]! + value;
    sums.y[bin] = sums.y[bin]! + fitness[i]!;
  }
  const perBlock = sumsOf.filter((sums) => sums !== undefined);
  const combine = (counts: ArrayLike<number>): Binned => {
    const sums = empty();
    for (const [b, one] of perBlock.entries()) {
      const times = counts[b]!;
      if (times === 0) continue;
      for (let i = 0; i < size; i++) {
        sums.weight[i] = sums.weight[i]! + times * one.weight[i]!;
        sums.x[i] = sums.x[i]! + times * one.x[i]!;
        sums.y[i] = sums.y[i]! + times * one.y[i]!;
      }
    }
    return sums;
  };
  return {
    all: () => combine(Array.from({ length: perBlock.length }, () => 1)),
    resample(uniform) {
      const counts = new Uint32Array(perBlock.length);
      for (let i = 0; i < counts.length; i++) {
        const at = Math.min(counts.length - 1, Math.floor(uniform() * counts.length));
        counts[at] = counts[at]! + 1;
      }
      return combine(counts);
    },
  };
}

const means = ({ weight, y }: Binned): (number | null)[] =>
  Array.from(weight, (w, i) => (w === 0 ? null : y[i]! / w));

function regression({ weight, x, y }: Binned, at: readonly number[]): (number | null)[] {
  const filled = [...weight.keys()].filter((i) => weight[i]! > 0);
  const sample = {
    features: filled.map((i) => [x[i]! / weight[i]!]),
    values: filled.map((i) => y[i]! / weight[i]!),
    weights: filled.map((i) => weight[i]!),
  };
  return localLinear(
    sample,
    at.map((position) => [position]),
  ).map((estimate) => estimate?.mean ?? null);
}

/** Change of fitness from one end of the observed range to the other, by weighted least squares. */
function slopeOf({ weight, x, y }: Binned, range: number): number {
  let [w, mx, my] = [0, 0, 0];
  for (let i = 0; i < weight.length; i++) {
    w += weight[i]!;
    mx += x[i]!;
    my += y[i]!;
  }
  mx /= w;
  my /= w;
  let [sxx, sxy] = [0, 0];
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0) continue;
    const centre = x[i]! / weight[i]! - mx;
    sxx += weight[i]! * centre * centre;
    sxy += centre * (y[i]! - weight[i]! * my);
  }
  return sxx > 0 ? (sxy / sxx) * range : Number.NaN;
}
