import { key } from "../random/index.ts";
import {
  type GenerationRecord,
  quadraticWell,
  type ScoreRule,
  selectionExperiment,
} from "../theory/index.ts";
import { meanAndError } from "./statistics.ts";

/** Populations of 24 on L = (θ − h)²/2, φ = −(θ − 1)²/2 with truncation 0.2 and mutation 0.1: experiments A and C of T5. */
export interface QuadraticPopulations {
  readonly temperature: number;
  /** r: fast time between selections, in relaxation times. */
  readonly interval: number;
  readonly generations: number;
  /** θ at the start; absent: in equilibrium given h. */
  readonly theta?: number;
}

/**
 * Mean and standard error over runs of a quantity that is summed over the generations of each run.
 * @param value what one generation adds
 */
export function overRuns(
  populations: QuadraticPopulations,
  rule: () => ScoreRule,
  runs: { readonly count: number; readonly seed: number },
  value: (record: GenerationRecord) => number,
): { readonly mean: number; readonly error: number } {
  const { temperature, interval, generations, theta } = populations;
  const totals = Array.from({ length: runs.count }, (_, i) => {
    let sum = 0;
    selectionExperiment(
      {
        model: quadraticWell({ temperature }),
        quadratic: { stiffness: 1, centre: (h) => h },
        members: 24,
        generations,
        interval,
        mutation: 0.1,
        selection: { kind: "truncation", fraction: 0.2 },
        start: ({ u, z }) => {
          const h = -2 + 2 * u;
          return { h, theta: theta ?? h + Math.sqrt(temperature) * z };
        },
      },
      rule(),
      key(runs.seed + i),
      (record) => {
        sum += value(record);
      },
    );
    return sum;
  });
  return meanAndError(totals);
}
