import { column, type Column, type Columns } from "../../figures/index.ts";
import { median, quantile } from "../../math/index.ts";
import { key, stream } from "../../random/index.ts";
import type { Json } from "../../space/index.ts";
import { fanLevels } from "../data/generationTable.ts";
import { signOf } from "../data/facts.ts";
import type { Grid } from "../metrics/pixels.ts";
import type { OpenRun } from "../openRun.ts";
import type { CompareMeta, ComparedRun } from "../types.ts";
import { bestSoFar, type CurveRequest, fanView } from "./curves.ts";
import type { AllCurves } from "./growing.ts";

const replicates = 400;

/**
 * Runs on one axis.
 * @param readAll curves of all members, from wherever they are cached
 */
export async function compareView(
  runs: readonly OpenRun[],
  wanted: string | undefined,
  px: number,
  readAll: (run: OpenRun, request: CurveRequest) => Promise<AllCurves>,
): Promise<Columns<CompareMeta>> {
  const metrics = runs.map(({ facts }) => facts.metric);
  const same = metrics.every(({ name, mode }) => name === metrics[0]!.name && mode === metrics[0]!.mode);
  const refusal =
    same || wanted !== undefined
      ? null
      : `The runs are selected by different metrics (${metrics.map(({ name, mode }) => `${name}, ${mode}`).join("; ")}), so they share no axis.`;
  const grid: Grid = { x0: 0, x1: Math.max(1, ...runs.map((run) => run.lastStep())), px };
  const budget: Grid = { ...grid, x1: Math.max(1, ...runs.map(({ fold }) => fold.memberSteps)) };
  const arrays: Record<string, Column> = { x: axis(grid), evaluations: axis(budget) };
  for (const [i, run] of runs.entries()) {
    const request: CurveRequest = { metric: wanted ?? run.facts.metric.name, grid };
    if (refusal === null) {
      arrays[`quantiles${i}`] = fanView(run, request, await readAll(run, request)).arrays["quantiles"]!;
    }
    arrays[`bestSoFar${i}`] = column(bestSoFar(run, { metric: run.facts.metric.name, grid }));
    arrays[`bestByEvaluations${i}`] = column(bestByBudget(run, budget));
    arrays[`timeMs${i}`] = column(timesOn(run, grid));
  }
  const finals = runs.map(finalValues);
  return {
    meta: {
      levels: fanLevels,
      refusal,
      runs: runs.map((run, i) => comparedRun(run, finals, i, same)),
      caveats: caveatsOf(runs),
      differences: differencesOf(runs),
    },
    arrays,
  };
}

const axis = ({ x0, x1, px }: Grid): Column =>
  column(Float32Array.from({ length: px }, (_, p) => x0 + ((p + 1) * (x1 - x0)) / px));

/** The best so far over the steps that all members together were trained. */
function bestByBudget({ fold, facts }: OpenRun, grid: Grid): Float32Array {
  const sign = signOf(facts);
  const { segments } = fold;
  const out = new Float32Array(grid.px).fill(Number.NaN);
  let paid = 0;
  let best = Number.NaN;
  let next = 0;
  const until = (steps: number): void => {
    for (; next < grid.px && ((next + 1) * grid.x1) / grid.px <= steps; next++) out[next] = best;
  };
  for (let row = 0; row < segments.count; row++) {
    const cost = segments.untilStep.at(row) - segments.fromStep.at(row);
    until(paid + cost - 1e-9);
    paid += cost;
    const value = segments.value.at(row);
    if (!Number.isNaN(value) && !(sign * best >= sign * value)) best = value;
  }
  until(paid);
  return out;
}

/** Clock time since the start at each pixel's end, from the closes of generations. */
function timesOn({ fold, operations }: OpenRun, grid: Grid): Float64Array {
  const table = fold.generations!;
  const start = operations.startedMs ?? Number.NaN;
  const known: { step: number; ms: number }[] = [{ step: 0, ms: 0 }];
  for (let g = 0; g < Math.min(table.count, operations.generationMs.length); g++) {
    const [step, ms] = [table.step.at(g), operations.generationMs.at(g) - start];
    if (step > known.at(-1)!.step && ms >= known.at(-1)!.ms) known.push({ step, ms });
  }
  let at = 0;
  return Float64Array.from({ length: grid.px }, (_, p) => {
    const step = ((p + 1) * grid.x1) / grid.px;
    while (at + 1 < known.length && known[at + 1]!.step < step) at++;
    const [a, b] = [known[at]!, known[at + 1]];
    return b === undefined
      ? step === a.step
        ? a.ms
        : Number.NaN
      : a.ms + ((step - a.step) / (b.step - a.step)) * (b.ms - a.ms);
  });
}

const finalValues = ({ fold }: OpenRun): number[] =>
  fold.members.flatMap(({ value }) => value ?? []).toSorted((a, b) => a - b);

function comparedRun(
  run: OpenRun,
  finals: readonly (readonly number[])[],
  i: number,
  same: boolean,
): ComparedRun {
  const { fold, facts } = run;
  return {
    run: run.run,
    metric: facts.metric,
    members: facts.members,
    best: fold.best?.value ?? null,
    bestStep: fold.best?.step ?? null,
    again: fold.winner?.reevaluated ?? null,
    memberSteps: fold.memberSteps,
    phase: run.standing().phase,
    hyperparameters: fold.best?.hyperparameters ?? {},
    finalValues: finals[i]!,
    median: finals[i]!.length === 0 ? null : median(finals[i]!),
    difference: i === 0 || !same ? null : differenceOf(finals[i]!, finals[0]!, facts.seed),
  };
}

/** Difference of medians, with a 90 % interval from a bootstrap over members. */
function differenceOf(
  mine: readonly number[],
  first: readonly number[],
  seed: number,
): ComparedRun["difference"] {
  if (mine.length < 3 || first.length < 3) return null;
  const draws = stream(key(seed), "difference");
  const again = (values: readonly number[]): number =>
    median(
      values.map(() => values[Math.min(values.length - 1, Math.floor(draws.uniform() * values.length))]!),
    );
  const found = Array.from({ length: replicates }, () => again(mine) - again(first));
  return {
    estimate: median(mine) - median(first),
    low: quantile(found, 0.05),
    high: quantile(found, 0.95),
  };
}

/** What a reader must know before believing a difference. */
export function caveatsOf(runs: readonly OpenRun[]): string[] {
  const name = [...new Set(runs.map(({ facts }) => facts.metric.name))].join(" or ");
  const found = [
    `Compared are medians over the members of each run's last values of ${name}, with intervals from a bootstrap over members: one seed each. Another seed can differ by more; compare several seeds before you conclude.`,
  ];
  const paid = runs.map(({ fold }) => fold.memberSteps);
  const [least, most] = [Math.min(...paid), Math.max(...paid)];
  if (most > 1.05 * Math.max(1, least)) {
    const each = runs.map(({ run, fold }) => `${run} ${fold.memberSteps}`).join(", ");
    found.push(
      `Unequal budgets: steps of all members are ${each}. Compare at equal cost: best values by the steps of all members.`,
    );
  }
  const fresh = runs.filter(({ fold }) => fold.winner?.reevaluated != null).length;
  if (fresh < runs.length) {
    found.push(
      `${fresh === 0 ? "No" : "Not every"} winner was evaluated anew: best values are the best of many noisy ones, and flatter the more, the more there were.`,
    );
  }
  const live = runs.filter((run) => run.standing().phase === "live").map(({ run }) => run);
  if (live.length > 0) found.push(`Not over yet: ${live.join(", ")}.`);
  return found;
}

/** Settings in which runs differ, by path. */
export function differencesOf(runs: readonly OpenRun[]): CompareMeta["differences"] {
  const settings = runs.map(({ facts }) => {
    const { format: _, founders: __, legs: ___, space, ...rest } = facts.body;
    const laws = (space as readonly { readonly name: string }[]).map(
      (law) => [law.name, law as Json] as const,
    );
    return flatten({ ...rest, space: Object.fromEntries(laws) });
  });
  const paths = [...new Set(settings.flatMap((one) => [...one.keys()]))];
  return paths
    .map((path) => ({ path, values: settings.map((one) => one.get(path) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function flatten(value: Json, path = "", found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    found.set(path, JSON.stringify(value));
    return found;
  }
  for (const [name, inner] of Object.entries(value)) {
    flatten(inner as Json, path === "" ? name : `${path}.${name}`, found);
  }
  return found;
}
