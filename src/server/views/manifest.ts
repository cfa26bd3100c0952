import { plainNumber } from "../../figures/index.ts";
import type { Judged } from "../analysis/verdict.ts";
import { hyperparametersOf, nameOf, stepsOf } from "../data/facts.ts";
import type { OpenRun } from "../openRun.ts";
import type { BestFacts, RunManifest, RunSummary, SeparationSummary, SoupFacts } from "../types.ts";
import { answersOf } from "./answers.ts";
import { generationsOf, newestStep } from "./totals.ts";
import { controlOf } from "./control.ts";
import { failedAnswers, failureOf } from "./failed.ts";
import { ancestryOf } from "./members.ts";
import { qualityOf } from "./quality.ts";

const bestPoints = 512;

/** What the manifest takes over from slower views. */
export interface ManifestParts {
  readonly separation: SeparationSummary;
  readonly slices: readonly Judged[];
  readonly readOnly: boolean;
}

/** First paint: what the run is, how it stands, and the overview's sentences. */
export function manifestView(run: OpenRun, parts: ManifestParts): RunManifest {
  const { facts, fold, operations, reader } = run;
  const { phase, sentence, writer } = run.standing();
  const { zone, r, low, high, text } = parts.separation;
  const failure = failureOf(run);
  return {
    run: run.run,
    phase,
    standing: sentence,
    seq: fold.nextSeq,
    version: run.version,
    members: facts.members,
    names: Array.from({ length: facts.replayOf ?? facts.members }, (_, id) => nameOf(facts, id)),
    seed: facts.seed,
    mode: facts.mode,
    interval: fold.interval,
    metric: facts.metric,
    metrics: reader.metricNames(),
    stop: fold.stop as { readonly [name: string]: number },
    rules: facts.rules,
    control: controlOf(facts.rules),
    hyperparameters: hyperparametersOf(facts),
    replayOf: facts.replayOf,
    writer,
    controllable: phase === "live" && !parts.readOnly && facts.legs.length === 0,
    paused: operations.paused,
    pausing: operations.pausing,
    intervened: fold.interventions > 0,
    verified: verified(run),
    generation: fold.generation,
    generations: generationsOf(run),
    step: newestStep(run),
    steps: stepsOf(facts, fold.stop),
    alive: fold.alive,
    startedMs: operations.startedMs,
    changedMs: run.changedMs(),
    best: bestOf(run),
    selected: selectedOf(run),
    finalists: fold.finalists,
    soup: soupOf(run),
    diagnostics: fold.diagnostics,
    separation: { zone, r, low, high, text },
    bestSoFar: bestSoFar(run),
    failure,
    quality: qualityOf(fold.diagnostics, parts.slices, controlOf(facts.rules)),
    answers:
      failure?.valueless === true
        ? failedAnswers(run, failure, parts.separation)
        : answersOf(run, parts.separation, parts.slices),
    environment: operations.environment,
  };
}

/** A row of the list of runs. */
export function summaryView(run: OpenRun): RunSummary {
  const { fold } = run;
  const { phase, sentence } = run.standing();
  return {
    run: run.run,
    phase,
    standing: sentence,
    metric: fold.facts?.metric ?? null,
    members: fold.facts?.members ?? 0,
    generation: fold.generation,
    best: fold.best?.value ?? null,
    changedMs: run.changedMs(),
  };
}

/** Every segment of the newest generation was trained with hyperparameters that the trainer echoed. */
function verified({ fold, reader }: OpenRun): boolean {
  const results = fold.generation === 0 ? [] : reader.segments(fold.generation - 1);
  return (
    results.length > 0 && results.every((result) => result.verified || result.evaluation.status === "failed")
  );
}

/** The winner, with what evaluating it anew said. */
export function bestOf(run: OpenRun): BestFacts | null {
  const { fold } = run;
  const best = fold.winner ?? fold.best;
  if (best === null) return null;
  const { member, generation, value, step, hyperparameters } = best;
  const ancestry = ancestryOf(run, fold.segments.rowOf(member, generation), member);
  return { member, generation, value, step, hyperparameters, ancestry, again: best.reevaluated ?? null };
}

/** The best value seen, when it is not the winner's. */
function selectedOf({ fold }: OpenRun): RunManifest["selected"] {
  const { best, winner } = fold;
  if (best === null || winner === null) return null;
  if (best.member === winner.member && best.generation === winner.generation) return null;
  const { member, generation, value, step, hyperparameters } = best;
  return { member, generation, value, step, hyperparameters };
}

/** The soup that measured better than the winner, and whose states it is made of. */
function soupOf({ fold, facts }: OpenRun): SoupFacts | null {
  if (fold.soup === null) return null;
  const { of, mean, interval } = fold.soup;
  const short = (value: number): string => plainNumber(Number(value.toPrecision(4)));
  const spread = interval === null ? "" : ` (95 %: ${short(interval[0])} … ${short(interval[1])})`;
  const states = of.map(
    ({ member, generation }) => `${nameOf(facts, member)} of generation ${generation + 1}`,
  );
  return {
    of: of.map(({ member, generation }) => ({ member, generation })),
    mean,
    interval,
    text: `A soup, the mean of ${of.length} finalists' states (${states.join(", ")}), measures better: ${facts.metric.name} ${short(mean)}${spread}. It is offered beside the best.`,
  };
}

/** At most 512 points, first and last among them. */
function bestSoFar({ fold }: OpenRun): RunManifest["bestSoFar"] {
  const table = fold.generations!;
  const every = Math.max(1, Math.ceil(table.count / bestPoints));
  const points: [number, number, number][] = [];
  for (let g = 0; g < table.count; g++) {
    if (g !== table.count - 1 && g % every !== 0) continue;
    const value = table.bestSoFar.at(g);
    if (!Number.isNaN(value)) points.push([table.generation.at(g), table.step.at(g), value]);
  }
  return points;
}
