import { UsageError } from "../errors/index.ts";
import type { Keep, Reevaluation, RunPlan, Trainer } from "./types.ts";

/** Finalists and evaluations of each, where nothing else is asked for. */
export const defaultReevaluation: Reevaluation = { finalists: 5, evaluations: 4, soup: true };

/** How users ask for it: on or off, a number of evaluations of each finalist, or in detail. */
export type ReevaluationOption = boolean | number | Partial<Reevaluation> | null;

/** @returns undefined: as it suits the trainer */
export function reevaluationFrom(
  option: ReevaluationOption | undefined,
  problems: string[],
): RunPlan["reevaluate"] {
  if (option === undefined) return undefined;
  if (option === null || option === false || option === 0) return null;
  const given: Partial<Reevaluation> =
    option === true ? {} : typeof option === "number" ? { evaluations: option } : option;
  const { finalists, evaluations, soup } = { ...defaultReevaluation, ...given };
  for (const [name, value, high] of [
    ["finalists", finalists, 1000],
    ["evaluations", evaluations, 10_000],
  ] as const) {
    if (!(Number.isSafeInteger(value) && value >= 1 && value <= high)) {
      problems.push(`reevaluate.${name}: needs an integer from 1 to ${high}, got ${String(value)}`);
    }
  }
  return { finalists, evaluations, soup };
}

/**
 * The plan of a run that begins with this trainer: finalists are evaluated anew by default where that is cheap; a soup
 * is tried where states can be merged.
 * @throws UsageError when the plan asks for what this trainer or `keep` cannot give
 */
export function settlePlan(
  plan: RunPlan,
  trainer: Pick<Trainer, "evaluation" | "merge">,
  keep: Keep | undefined,
): RunPlan {
  const { reevaluate, legs } = plan;
  if (legs !== undefined || reevaluate === null) return { ...plan, reevaluate: null };
  if (reevaluate === undefined) {
    const on = trainer.evaluation === "direct" && keep !== "last";
    const soup = trainer.merge !== undefined;
    return { ...plan, reevaluate: on ? { ...defaultReevaluation, soup } : null };
  }
  const problems: string[] = [];
  if (trainer.evaluation === "none") {
    problems.push(
      "reevaluate: this trainer cannot measure a saved state without training it anew. Leave it out",
    );
  }
  problems.push(...keepProblems(plan, keep));
  if (problems.length > 0) throw new UsageError(problems);
  return { ...plan, reevaluate: { ...reevaluate, soup: reevaluate.soup && trainer.merge !== undefined } };
}

/** The states of finalists must be there at the end. */
export const keepProblems = (plan: RunPlan, keep: Keep | undefined): string[] =>
  (plan.reevaluate ?? null) !== null && keep === "last"
    ? [
        "keep: last deletes the best state, but the run evaluates its finalists anew. Use lineages, or begin a run with reevaluate: false",
      ]
    : [];
