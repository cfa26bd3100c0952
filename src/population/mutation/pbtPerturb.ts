import type { Stream } from "../../random/index.ts";
import type { Distribution } from "../../space/index.ts";
import { demand, probabilityOption } from "../options.ts";
import type { Mutation } from "../types.ts";
import { elementwise } from "./elementwise.ts";
import { moveOrdered, moveUnordered, mustStep } from "./neighbour.ts";
import { reflect } from "./reflect.ts";
import { roundAtRandom } from "./roundAtRandom.ts";

export interface PbtPerturbOptions {
  /**
   * The two factors, each drawn with chance 1/2: 0 < first < 1 < second. Default [0.8, 1.25], whose mean logarithm is
   * 0. The paper's [0.8, 1.2] loses 0.0204 of log h per mutation: a factor 2 in 34.
   */
  readonly factors?: readonly [number, number];
  /** Probability that an ordered category (`ordinal`) steps to a neighbour: 0 … 1. Default 1. */
  readonly step?: number;
  /** Probability that an unordered category (`choice`) changes: 0 … 1. Default 0.25. */
  readonly switch?: number;
}

/** Below this move in encoded coordinates, multiplying counts as unable to move a value. */
const STUCK = 1e-3;
/** The step in encoded coordinates that frees a value that multiplying cannot move. */
const FREEING_STEP = 0.1;

/**
 * The perturbation of the PBT paper: each hyperparameter times one of two factors, in its own scale, clipped to its
 * bounds. A value that neither factor moves (0, or tiny on a linear scale) takes a step of 0.1 of the range instead,
 * so zero is no trap. Integers and grids are rounded at random with the right mean and move at least one; ordered categories step ±1;
 * unordered ones switch.
 * @throws UsageError naming every option out of range
 * @see Jaderberg et al. 2017, Population Based Training of Neural Networks
 * @example
 * const asPublished = pbtPerturb({ factors: [0.8, 1.2] });
 */
export function pbtPerturb(options: PbtPerturbOptions = {}): Mutation {
  const { factors = [0.8, 1.25], step = 1, switch: change = 0.25 } = options;
  const pair: unknown = factors;
  demand("pbtPerturb", [
    { name: "factors", value: pair, needs: "[down, up] with 0 < down < 1 < up", holds: areFactors(pair) },
    probabilityOption("step", step),
    probabilityOption("switch", change),
  ]);
  const [down, up] = factors;
  const spec = { kind: "pbtPerturb", factors: [down, up], step, switch: change };
  return elementwise(spec, (distribution, value, draws) => {
    const { topology, kind } = distribution;
    if (topology === "unordered") return moveUnordered(distribution, value, draws, change);
    if (typeof value !== "number" || (topology === "ordered" && kind !== "quantized")) {
      return moveOrdered(distribution, value, draws, step);
    }
    return topology === "continuous"
      ? multiply(distribution, value, draws, down, up)
      : multiplyDiscrete(distribution, value, draws, draws.uniform() < 0.5 ? down : up);
  });
}

function areFactors(pair: unknown): boolean {
  if (!Array.isArray(pair) || pair.length !== 2) return false;
  const [down, up]: unknown[] = pair;
  return (
    typeof down === "number" && typeof up === "number" && 0 < down && down < 1 && 1 < up && up < Infinity
  );
}

function multiply(
  distribution: Distribution,
  value: number,
  draws: Stream,
  down: number,
  up: number,
): number {
  const low = Number(distribution.decode(0));
  const high = Number(distribution.decode(1));
  const clip = (x: number): number => Math.min(high, Math.max(low, x));
  const unit = distribution.encode(value);
  const rises = draws.uniform() >= 0.5;
  const reach = (factor: number): number => Math.abs(distribution.encode(clip(value * factor)) - unit);
  if (Math.max(reach(down), reach(up)) < STUCK) {
    return Number(distribution.decode(reflect(unit + (rises ? FREEING_STEP : -FREEING_STEP))));
  }
  return clip(value * (rises ? up : down));
}

function multiplyDiscrete(distribution: Distribution, value: number, draws: Stream, factor: number): number {
  const target = value * factor;
  const moved = roundAtRandom(distribution, target, draws);
  if (moved !== value) return moved;
  const rises = target === value ? factor > 1 : target > value;
  return Number(mustStep(distribution, value, rises ? 1 : -1));
}
