import { type Contestant, type Selection, truncation, wrightFisher } from "../population/index.ts";
import { fillNormal, fillUniform, type Key } from "../random/index.ts";
import { reflect } from "./slowPart.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import { exactOrnsteinUhlenbeck, leimkuhlerMatthews } from "./schemes.ts";
import type { ScoreRule } from "./scores.ts";

export interface SelectionExperiment {
  readonly model: TwoScaleModel;
  /** L = k(θ − c(h))²/2: exact steps. Absent: Leimkuhler–Matthews with tamed gradients at `fastStep`. */
  readonly quadratic?: { readonly stiffness: number; readonly centre: (h: number) => number };
  readonly members: number;
  readonly generations: number;
  /** Fast time between selections: r times the relaxation time. */
  readonly interval: number;
  /** Fast time of one recorded step. */
  readonly fastStep?: number;
  /** Standard deviation of the mutation of h. */
  readonly mutation: number;
  readonly domain?: readonly [low: number, high: number];
  readonly selection:
    | { readonly kind: "truncation"; readonly fraction: number }
    | { readonly kind: "boltzmann"; readonly beta: number };
  /** h and θ at the start from two uniforms and a normal. */
  readonly start: (draw: { u: number; z: number }) => { h: number; theta: number };
}

export interface GenerationRecord {
  readonly generation: number;
  readonly h: Float64Array;
  readonly theta: Float64Array;
  /** φ at the end of the interval, before selection. */
  readonly phi: Float64Array;
  readonly average: Float64Array;
  /** Offspring counts are in the parents: `parents[i]` is who agent i was copied from. */
  readonly parents: Int32Array;
}

/**
 * Populations of docs/theory T5: θ runs for an interval at fixed h, a score is made of what was seen, selection copies
 * (θ and h), and the copies' h mutate. Selection is `population`'s own; the score is the thing under test.
 */
export function selectionExperiment(
  experiment: SelectionExperiment,
  score: ScoreRule,
  key: Key,
  onGeneration: (record: GenerationRecord) => void,
): void {
  const { model, quadratic, members: n, generations, interval, mutation, domain } = experiment;
  const substeps = Math.max(1, Math.ceil(interval / (experiment.fastStep ?? 0.1) - 1e-9));
  const x = interval / substeps;
  const selection: Selection =
    experiment.selection.kind === "truncation"
      ? truncation({ fraction: experiment.selection.fraction })
      : wrightFisher({ beta: experiment.selection.beta, mutates: "all" });
  const generational = experiment.selection.kind === "boltzmann";
  const uniforms = new Float64Array(n);
  const noise = new Float64Array(n);
  const next = new Float64Array(n);
  fillUniform(uniforms, key, "start h");
  fillNormal(noise, key, "start theta");
  let h = new Float64Array(n);
  let theta = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const begin = experiment.start({ u: uniforms[i]!, z: noise[i]! });
    h[i] = begin.h;
    theta[i] = begin.theta;
  }
  let parents: Int32Array | null = null;
  let counter = 0;
  fillNormal(next, key, "langevin", counter);
  for (let generation = 0; generation < generations; generation++) {
    const average = new Float64Array(n);
    for (let s = 0; s < substeps; s++) {
      noise.set(next);
      fillNormal(next, key, "langevin", ++counter);
      for (let i = 0; i < n; i++) {
        const T = model.temperature(h[i]!);
        theta[i] =
          quadratic === undefined
            ? leimkuhlerMatthews(
                theta[i]!,
                x,
                T,
                (v) => tame(model.gradient(v, h[i]!), x),
                noise[i]!,
                next[i]!,
              )
            : exactOrnsteinUhlenbeck(
                theta[i]!,
                x,
                T,
                quadratic.stiffness,
                quadratic.centre(h[i]!),
                noise[i]!,
              );
        average[i]! += model.fitness(theta[i]!, h[i]!) / substeps;
      }
    }
    const phi = theta.map((value, i) => model.fitness(value, h[i]!));
    const scores = score({ h, last: phi, average, parents });
    const chosen = choose(selection, scores, key, generation);
    onGeneration({ generation, h, theta, phi, average, parents: chosen });
    const moves = new Float64Array(n);
    fillNormal(moves, key, "mutation", generation);
    theta = theta.map((_, i) => theta[chosen[i]!]!);
    h = h.map((_, i) => {
      const parent = h[chosen[i]!]!;
      if (chosen[i] === i && !generational) return parent;
      const child = parent + mutation * moves[i]!;
      return domain === undefined ? child : reflect(child, domain[0], domain[1]);
    });
    parents = chosen;
  }
}

const tame = (slope: number, x: number): number => slope / (1 + x * Math.abs(slope));

/** parents[i] of every agent under an operator of `population`. */
export function choose(selection: Selection, scores: Float64Array, key: Key, generation: number): Int32Array {
  const contestants: Contestant[] = Array.from(scores, (score, id) => ({
    id,
    score,
    eligible: Number.isFinite(score),
    replaceable: true,
    samples: [],
  }));
  const parents = Int32Array.from(scores, (_, i) => i);
  for (const choice of selection.select(contestants, key, generation)) {
    if (choice.donor !== null) parents[choice.member] = choice.donor;
  }
  return parents;
}
