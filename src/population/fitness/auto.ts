import { correlation } from "../../math/index.ts";
import type { Json } from "../../space/index.ts";
import type { Fitness, FitnessInput, MemberId, Score } from "../types.ts";
import {
  type CandidateName,
  candidateNames,
  type CandidateScores,
  candidatesInitial,
  inheritCandidates,
  scoreCandidates,
} from "./candidates.ts";
import { short } from "./estimate.ts";
import { inheritLineages, readLineages, writeLineages } from "./lineages.ts";
import { noTraining, observeTraining, type Training, trainingGain } from "./training.ts";
import { extendTrial, normalScores, noTrial, type Trial, verdict } from "./trial.ts";

/** Generations that a score must have been watched before it may be used. */
const LEAST = 3;
/**
 * Evidence: the gain in standard errors one interval ahead, plus that two ahead. A score enters above ENTER with neither
 * below EACH, and leaves below LEAVE: where scores do equally well, as they do near an optimum, nothing changes.
 */
const ENTER = 3.5;
const EACH = 0.5;
const LEAVE = -1;
/**
 * Evidence for effective fitness that is enough for `blend` to enter. That hyperparameters alone predict better than the
 * members' own values is the mark of separated clocks; that smoother scores do is not, and selecting on them then hurts.
 */
const WITNESS = 2;
/**
 * Where training has settled (its gain within intervals plus a standard error is below SETTLED), a member's own value says
 * little that its hyperparameters do not, and `blend` needs little evidence: IDLE to enter, and it stays above QUIT. Single
 * values are then so noisy that no evidence of the usual size can come about.
 */
const SETTLED = 0.1;
const IDLE = 0;
const QUIT = -2.5;
/** Gain, as a share of a standard deviation of the next evaluations per unit of intensity, that is worth a change. */
const MARGIN = 0.03;

interface AutoMemory {
  readonly candidates: Json;
  /** Normal scores at the lineage's last boundary, and at the one before: instantaneous first, then each candidate; 99 = none. */
  readonly past: Json;
  /** One interval ahead and two, per candidate. */
  readonly trials: { readonly [name in CandidateName]: readonly [Trial, Trial] };
  readonly use: CandidateName | "instantaneous";
  readonly training: Training;
  /** Generations watched. */
  readonly seen: number;
}

const NONE = 99;

/**
 * The engine's default score: the instantaneous value, until this run has shown that another score predicts better what
 * the children's evaluations will be. Tried are the interval's mean, its average along the lineage, effective fitness,
 * blend and transition; each is compared with the instantaneous one along the lineages, one interval ahead and two (a score
 * that pays only at once is no score to select on). A score is taken up when its gain is significant, above a margin and
 * watched for a few generations; it is dropped when the gain is gone. Where training itself no longer lifts the metric
 * within intervals, `blend` needs little evidence; while it does, it needs all of it. Where a candidate cannot be computed,
 * the last values are compared. The note says what is in use and why.
 * @see docs/effective-fitness.md
 */
export function autoFitness(): Fitness {
  const trials = Object.fromEntries(
    candidateNames.map((name) => [name, [{ ...noTrial }, { ...noTrial }]]),
  ) as unknown as Json;
  return {
    spec: { kind: "auto" },
    initial: {
      candidates: candidatesInitial,
      past: {},
      trials,
      use: "instantaneous",
      training: { ...noTraining },
      seen: 0,
    },
    score(memory, input) {
      const before = memory as unknown as AutoMemory;
      const { scores, memory: candidates } = scoreCandidates(before.candidates, input);
      const ready = new Set(input.ready.filter((member) => scores.last.has(member)));
      const watched = ready.size > 0 ? watch(before, scores, ready, input) : before;
      const { use, why } = ready.size > 0 ? choose(watched) : { use: before.use, why: "" };
      const chosen = use === "instantaneous" ? scores.last : scores.of.get(use);
      return {
        memory: { ...watched, candidates, use } as unknown as Json,
        scores: input.evaluations.map(({ member }): Score => {
          const phi = scores.last.get(member);
          if (phi === undefined) return { member, score: null };
          const estimate = scores.estimates.get(member);
          if (chosen === undefined || use === "instantaneous") return { member, score: phi };
          return {
            member,
            score: chosen.get(member) ?? null,
            ...(estimate === undefined ? {} : { detail: { estimate: short(estimate.mean) } }),
          };
        }),
        ...(use === "effective" && chosen !== undefined ? { pooled: scores.pooled } : {}),
        note:
          chosen === undefined
            ? `last values are compared: no ${use} fitness now, ${scores.lacking.get(use as CandidateName) ?? "it lacks data"}`
            : why,
      };
    },
    inherit(memory, copies) {
      const { candidates, past, ...rest } = memory as unknown as AutoMemory;
      return {
        ...(rest as unknown as { readonly [name: string]: Json }),
        candidates: inheritCandidates(candidates, copies),
        past: inheritLineages(past, copies),
      };
    },
  };
}

/** Brings the lineages' new evaluations to the trials, and remembers the scores that they will be compared with. */
function watch(
  before: AutoMemory,
  scores: CandidateScores,
  ready: ReadonlySet<MemberId>,
  { evaluations, population, sign }: FitnessInput,
): AutoMemory {
  const share = ready.size / scores.last.size;
  const outcome = normalScores(scores.last);
  const columns = candidateNames.map((name) => {
    const own = scores.of.get(name);
    return own === undefined ? undefined : normalScores(own);
  });
  const past = readLineages(before.past);
  const width = 1 + candidateNames.length;
  const trials = { ...before.trials };
  for (const [c, name] of candidateNames.entries()) {
    trials[name] = [0, 1].map((lag) => {
      const rows: [number, number, number][] = [];
      for (const member of ready) {
        const row = past.get(member);
        const x = row?.[lag * width];
        const challenger = row?.[lag * width + 1 + c];
        if (x === undefined || challenger === undefined || challenger === NONE) continue;
        rows.push([x, challenger, outcome.get(member)!]);
      }
      const column = columns[c];
      const members = [...outcome.keys()];
      const r =
        column === undefined || members.length < 3
          ? 1
          : correlation(
              members.map((member) => outcome.get(member)!),
              members.map((member) => column.get(member)!),
            );
      const trial = before.trials[name][lag]!;
      return column === undefined && rows.length === 0
        ? trial
        : extendTrial(trial, rows, Number.isFinite(r) ? r : 1, share);
    }) as [Trial, Trial];
  }
  for (const member of ready) {
    const row = [outcome.get(member)!, ...columns.map((column) => column?.get(member) ?? NONE)];
    past.set(member, [...row, ...(past.get(member) ?? []).slice(0, width)]);
  }
  const training = observeTraining(before.training, evaluations, population, ready, sign, share);
  return { ...before, trials, past: writeLineages(past), training, seen: before.seen + share };
}

/** How a candidate stands; null while nothing can be said. */
function standing([one, two]: readonly [Trial, Trial]) {
  const next = verdict(one);
  const later = verdict(two);
  if (next === null || later === null) return null;
  const [t, tLater] = [next.gain / next.error, later.gain / later.error];
  return {
    evidence: t + tLater,
    each: Math.min(t, tLater),
    gain: Math.min(next.gain, later.gain),
    bound: Math.min(next.gain - next.error, later.gain - later.error),
  };
}

function choose({ trials, use, training, seen }: AutoMemory): { use: AutoMemory["use"]; why: string } {
  const all = candidateNames.flatMap((name) => {
    const found = standing(trials[name]);
    return found === null ? [] : [{ name, ...found }];
  });
  const generations = Math.floor(seen + 1e-9);
  if (generations < LEAST || all.length === 0) {
    return { use, why: `last values are compared: ${generations} generations say nothing yet` };
  }
  const lift = trainingGain(training);
  const settled = lift !== null && lift.gain + lift.error < SETTLED;
  const lifting = lift !== null && lift.gain - lift.error > 0;
  const clear = ({ evidence, each, gain }: (typeof all)[number], least: number): boolean =>
    evidence > least && each > EACH && gain > MARGIN;
  const separated = !lifting && all.some((one) => one.name === "effective" && clear(one, WITNESS));
  const proven = all
    .filter(
      (one) => clear(one, ENTER) || (one.name === "blend" && (separated || (settled && one.evidence > IDLE))),
    )
    .toSorted((a, b) => b.bound - a.bound);
  const why = (one: (typeof all)[number]): string =>
    settled && !clear(one, WITNESS)
      ? `${one.name} fitness is compared: training has settled (within an interval the metric rises in ${(50 + 50 * lift.gain).toFixed(0)} % of cases), so a single value says little that hyperparameters do not (evidence ${one.evidence.toFixed(1)})`
      : `${one.name} fitness is compared: over ${generations} generations it predicted the next evaluations better (gain ${one.gain.toFixed(2)}, evidence ${one.evidence.toFixed(1)})`;
  const current = all.find(({ name }) => name === use);
  const leave = settled && (use === "blend" || use === "effective") ? QUIT : LEAVE;
  const holds = current !== undefined && current.evidence > leave;
  const [best] = proven;
  if (holds && (best === undefined || best.name === use || best.bound < current.bound + MARGIN)) {
    return { use, why: why(current) };
  }
  if (best !== undefined) return { use: best.name, why: why(best) };
  const nearest = all.toSorted((a, b) => b.evidence - a.evidence)[0]!;
  return {
    use: "instantaneous",
    why: `last values are compared: no score predicted the next evaluations better (nearest ${nearest.name}, gain ${nearest.gain.toFixed(2)}, evidence ${nearest.evidence.toFixed(1)})`,
  };
}
