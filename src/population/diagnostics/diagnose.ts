import { quantiles } from "../../math/index.ts";
import type { Key } from "../../random/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import { signedValue } from "../fitness/instantaneous.ts";
import { ranking } from "../selection/ranking.ts";
import type {
  Decision,
  Diagnostics,
  Evaluation,
  MemberId,
  MetricTerms,
  Population,
  PriceTerms,
  Score,
} from "../types.ts";
import { diversity, lineages } from "./diversity.ts";
import { effectiveSize } from "./effectiveSize.ts";
import { offspring } from "./offspring.ts";
import { pairDistance } from "./pairDistance.ts";
import { price } from "./price.ts";
import { selectionDifferential } from "./selectionDifferential.ts";

/** One slow step, seen from outside. */
export interface Event {
  readonly before: Population;
  readonly after: Population;
  readonly decisions: readonly Decision[];
  readonly evaluations: readonly Evaluation[];
  readonly scores: readonly Score[];
  readonly sign: 1 | -1;
  readonly space: SearchSpace<unknown>;
  readonly key: Key;
  readonly note?: string;
  /** Mean change of φ along lineages since the last boundary; absent: records of format 1, which do not hold it. */
  readonly training?: number | null;
}

/** Encoded coordinates of one hyperparameter before and after; who kept its hyperparameters is encoded once. */
function columns(event: Event, dimension: number): { before: number[]; after: number[] } {
  const { before, after, space } = event;
  const distribution = space.distributions[dimension]!;
  const name = space.names[dimension]!;
  const earlier = before.members.map(({ hyperparameters }) => distribution.encode(hyperparameters[name]!));
  const later = after.members.map(({ hyperparameters }, i) =>
    hyperparameters[name] === before.members[i]!.hyperparameters[name]
      ? earlier[i]!
      : distribution.encode(hyperparameters[name]!),
  );
  return { before: earlier, after: later };
}

/** The member with the best metric; equal ones by the random key that also orders them in selection. */
function bestOf({ evaluations, sign, key, before }: Event): Diagnostics["best"] {
  const values = new Map<MemberId, number>();
  let top = -Infinity;
  for (const evaluation of evaluations) {
    const value = signedValue(evaluation, sign);
    if (value === null) continue;
    values.set(evaluation.member, value);
    top = Math.max(top, value);
  }
  const candidates = [...values].filter(([, value]) => value === top);
  const [member] = ranking(
    candidates.map(([id, score]) => ({ id, score })),
    key,
    before.generation,
  ).ids;
  return member === undefined ? null : { member, value: sign * top };
}

/**
 * What training and selection did to the mean of the metric since the last slow step: copies have their parent's value, so
 * transmission is zero, and the sum is exact.
 */
function metricTerms(event: Event, counts: readonly number[]): MetricTerms | null {
  const { before, evaluations, sign, training = null } = event;
  const values = new Map(evaluations.map((evaluation) => [evaluation.member, signedValue(evaluation, 1)]));
  const known = before.members.flatMap(({ id }) => values.get(id) ?? []);
  if (known.length < before.members.length || known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const selection = known.reduce(
    (sum, value, i) => sum + ((counts[i]! - 1) * (value - mean)) / known.length,
    0,
  );
  if (training === null) return { change: null, training: null, selection };
  return { change: sign * training + selection, training: sign * training, selection };
}

/** Diagnostics that need nothing but the population before and after one slow step (theory.md T9.3–T9.7). O(N log N). */
export function diagnose(event: Event): Diagnostics {
  const { before, after, decisions, evaluations, scores, space, note } = event;
  const { parents, counts } = offspring(before, decisions);
  const priceTerms: Record<string, PriceTerms | null> = {};
  const spread: Record<string, number> = {};
  const later: (readonly number[] | null)[] = [];
  for (const [i, name] of space.names.entries()) {
    const distribution = space.distributions[i]!;
    const values = after.members.map(({ hyperparameters }) => hyperparameters[name]!);
    if (distribution.topology === "unordered") {
      priceTerms[name] = null;
      spread[name] = diversity(distribution, values, null);
      later.push(null);
    } else {
      const column = columns(event, i);
      priceTerms[name] = price(column.before, column.after, parents, counts);
      spread[name] = diversity(distribution, values, column.after);
      later.push(column.after);
    }
  }
  const scoreOf = new Map<MemberId, number | null>(scores.map(({ member, score }) => [member, score]));
  const values = evaluations.flatMap((evaluation) => signedValue(evaluation, 1) ?? []);
  const { surviving, effective } = lineages(after.members);
  return {
    generation: before.generation,
    best: bestOf(event),
    quantiles: values.length === 0 ? null : quantiles(values, [0, 0.25, 0.5, 0.75, 1]),
    copies: decisions.filter(({ action }) => action === "copy").length,
    failed: evaluations.filter(({ status }) => status === "failed").length,
    price: priceTerms,
    selectionDifferential: selectionDifferential(
      before.members.map(({ id }) => scoreOf.get(id) ?? null),
      counts,
    ),
    effectiveSize: effectiveSize(counts),
    survivingFounders: surviving,
    effectiveLineages: effective,
    diversity: spread,
    ...(event.training === undefined
      ? {}
      : { distance: pairDistance(after.members, later, space), metric: metricTerms(event, counts) }),
    ...(note === undefined ? {} : { note }),
  };
}
