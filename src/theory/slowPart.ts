import { fillNormal, type Key } from "../random/index.ts";
import { type AgentBirths, giveBirths, type SlowStep } from "./agentBirths.ts";
import { type Resampling, resample } from "./resampling.ts";

/** What happens to agents on the slow clock. */
export interface SlowOptions {
  /** Mutation between events: diffusion D of h per slow time. */
  readonly diffusion: number;
  /** Bounds of h: mutation is reflected there. */
  readonly domain: readonly [low: number, high: number];
  /** Of replicator selection, which is what there is without `births`. Default `systematic`. */
  readonly resampling?: Resampling;
  /** Births at a clock of their own, in place of replicator selection. */
  readonly births?: AgentBirths;
}

/** Where agents are. */
export interface Places {
  /** `[N · dimensions]` */
  readonly theta: Float64Array;
  /** `[N]` */
  readonly h: Float64Array;
  readonly dimensions: number;
}

/** All that is wrong with the options, in words. @param place for messages */
export function slowProblems({ diffusion, domain, births }: SlowOptions, place: string): string[] {
  const problems: string[] = [];
  if (!(diffusion >= 0)) problems.push(`${place}.diffusion: needs a number >= 0, got ${diffusion}`);
  if (!(domain[0] < domain[1]))
    problems.push(`${place}.domain: needs low < high, got [${domain.join(", ")}]`);
  if (births === undefined) return problems;
  const { rate, mutationVariance = 0 } = births;
  if (!(rate > 0)) problems.push(`${place}.births.rate: needs a number > 0, got ${rate}`);
  if (!(mutationVariance >= 0))
    problems.push(`${place}.births.mutationVariance: needs a number >= 0, got ${mutationVariance}`);
  return problems;
}

/**
 * One step of the slow clock: h diffuses, then the population reproduces. θ of a clone is its parent's to the bit.
 * @param fitness φ of agent i at its new h
 */
export function slowPart(
  { diffusion, domain, resampling = "systematic", births }: SlowOptions,
  { theta, h, dimensions }: Places,
  fitness: (agent: number, h: number) => number,
  key: Key,
  time: SlowStep,
): Places {
  const n = h.length;
  const dt = time.until - time.from;
  const width = Math.sqrt(2 * diffusion * dt);
  const moves = new Float64Array(n);
  fillNormal(moves, key, "mutation", time.step);
  const moved = h.map((value, i) => reflect(value + width * moves[i]!, domain[0], domain[1]));
  const phi = moved.map((value, i) => fitness(i, value));
  if (births === undefined) {
    const top = phi.reduce((most, value) => (value > most ? value : most), -Infinity);
    const weights = phi.map((value) => Math.exp(dt * (value - top)));
    const parents = resample(weights, resampling, key, time.step);
    return {
      theta: copied(theta, parents, dimensions),
      h: moved.map((_, i) => moved[parents[i]!]!),
      dimensions,
    };
  }
  const event = giveBirths(births, phi, moved, key, time);
  if (event === null) return { theta, h: moved, dimensions };
  return {
    theta: births.inherit === "keep" ? theta : copied(theta, event.parents, dimensions),
    h: event.h.map((value) => reflect(value, domain[0], domain[1])),
    dimensions,
  };
}

function copied(theta: Float64Array, parents: Int32Array, dimensions: number): Float64Array {
  if (dimensions === 1) return theta.map((_, i) => theta[parents[i]!]!);
  return theta.map((_, k) => theta[parents[Math.floor(k / dimensions)]! * dimensions + (k % dimensions)]!);
}

/** Folds a value into [low, high] by the triangle wave of period 2(high − low). */
export function reflect(value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  const width = high - low;
  const phase = (((value - low) % (2 * width)) + 2 * width) % (2 * width);
  return low + (phase <= width ? phase : 2 * width - phase);
}
