import { median } from "../../math/index.ts";
import type { Json } from "../../space/index.ts";
import { featuresOf } from "../fitness/features.ts";
import { signedValue } from "../fitness/instantaneous.ts";
import { readLineages, writeLineages } from "../fitness/lineages.ts";
import { type Lagged, noPersistence, observePersistence, type Persistence } from "../fitness/persistence.ts";
import type { Evaluation, FitnessInput, Member, MemberId } from "../types.ts";
import { type Coalescence, noCoalescence } from "./coalescence.ts";
import { addAutocovariance, type Autocovariance, detrended, noAutocovariance } from "./fluctuation.ts";
import { type QuadraticFit, quadraticFit } from "./balance.ts";
import { type Averaged, type Differentials, noDifferentials } from "./differentials.ts";
import { type Genealogy, noGenealogy } from "./genealogy.ts";
import { addExcess, type Excess, noExcess } from "./relaxation.ts";
import { lineFit, lineOf, type Lines, noLines } from "./lines.ts";
import { noSurface, type Surface, surfaceOf } from "./surface.ts";

/** What slowStep keeps of recent generations: plain JSON, bounded, derived from evaluations and decisions alone. */
export interface PopulationRecord {
  /** Per lineage: step and φ at its last boundary; z there and one before; residual of z there and one before. */
  readonly last: Json;
  /** Training intervals, oldest first: `[generation, member, rate, φ before, …features]`. */
  readonly gains: readonly (readonly number[])[];
  /** Evaluations, oldest first: `[generation, member, z, …features]`. */
  readonly seen: readonly (readonly number[])[];
  /** The line of each of `seen`, and of the members. */
  readonly seenLines: readonly number[];
  readonly lines: Lines;
  /** Products along lineages of z, and of what hyperparameters do not explain of it. */
  readonly scores: Persistence;
  readonly residuals: Persistence;
  /** Pairs `[now, one before]` of residuals that the last evaluations added. */
  readonly newest: readonly (readonly [number, number])[];
  /** Of evaluations as if each were an observation of its own: what intervals were always decided with. */
  readonly explained: number | null;
  /** −∂²z/∂x² of each feature and its error, likewise; empty: not known. */
  readonly curvature: readonly (readonly [number, number])[];
  /** The same two where the evaluations of a line count as one observation: what is told. */
  readonly told: {
    readonly explained: number | null;
    readonly curvature: readonly (readonly [number, number])[];
  };
  readonly correlations: Autocovariance;
  readonly excess: Excess;
  /** Steps between reports, and from the first to the last report of an interval; 0: unknown. */
  readonly spacing: number;
  readonly span: number;
  /** Steps between boundaries; 0: unknown. */
  readonly interval: number;
  /** Variance and mean of φ within the last interval, by member. */
  readonly variances: { readonly [member: string]: readonly [number, number] };
  /** Decaying mean of the correlation of variance with offspring at equal mean, and its weight. */
  readonly noiseSeeking: Averaged;
  /** The same of the plain correlation. */
  readonly noiseCorrelation: Averaged;
  /** Members on the quadratic fit over lines; empty where there is none. */
  readonly surface: Surface;
  readonly differentials: Differentials;
  /** ⟨φ now − φ of the lineage at its last boundary⟩ over all members; null: not all have both. */
  readonly training: number | null;
  /** Decaying Σ of 1/N_e and of time; Σ of squared moves per feature, and of births. */
  readonly inverseSize: number;
  readonly time: number;
  readonly moves: readonly number[];
  readonly intensity: Averaged;
  readonly coalescence: Coalescence;
  readonly genealogy: Genealogy;
  /** `[step, best, median]` of φ per generation, and how far into the next generation the run is. */
  readonly curve: readonly (readonly number[])[];
  readonly phase: number;
}

export const noRecord: PopulationRecord = {
  last: {},
  gains: [],
  seen: [],
  seenLines: [],
  lines: noLines,
  scores: noPersistence,
  residuals: noPersistence,
  newest: [],
  explained: null,
  curvature: [],
  told: { explained: null, curvature: [] },
  correlations: noAutocovariance,
  excess: noExcess,
  spacing: 0,
  span: 0,
  interval: 0,
  variances: {},
  noiseSeeking: [0, 0],
  noiseCorrelation: [0, 0],
  surface: noSurface,
  differentials: noDifferentials,
  training: null,
  inverseSize: 0,
  time: 0,
  moves: [],
  intensity: [0, 0],
  coalescence: noCoalescence,
  genealogy: noGenealogy,
  curve: [],
  phase: 0,
};

/** Weight of a generation ago in decaying sums. */
export const DECAY = 0.9;
/** The same for products along lineages, which need many pairs. */
const LONG = 0.95;
const MOST_GAINS = 200;
const MOST_SEEN = 200;
const MOST_POINTS = 64;
/** F statistic above which hyperparameters are said to matter: lineages repeat themselves, so it is a high one. */
const CLEAR = 8;
/** Reports that an interval needs before its fluctuations are looked at. */
const LEAST_REPORTS = 8;

export function readRecord(record: Json | undefined): PopulationRecord {
  return record === undefined || record === null ? noRecord : (record as unknown as PopulationRecord);
}

/** A training interval of one member as a regression sees it. */
export interface Gain {
  readonly generation: number;
  readonly member: MemberId;
  /** (φ − φ_before)/(step − step_before), higher is better. */
  readonly rate: number;
  /** φ_before. */
  readonly before: number;
  /** `featuresOf` the hyperparameters it was trained with. */
  readonly features: readonly number[];
}

/** The gains of recent intervals, oldest first. */
export function readGains(record: Json | undefined): Gain[] {
  return readRecord(record).gains.map(([generation, member, rate, before, ...features]) => ({
    generation: generation!,
    member: member!,
    rate: rate!,
    before: before!,
    features,
  }));
}

/** Mean change of φ along lineages since the last boundary; null: unknown. */
export const readTraining = (record: Json): number | null => readRecord(record).training;

/** The record after the evaluations of a slow step, before anybody copies. */
export function observeRecord(record: Json | undefined, input: FitnessInput): Json {
  const before = readRecord(record);
  const { evaluations, population, sign, space } = input;
  const ready = new Set(input.ready);
  const active = population.members.filter(({ status }) => status === "active").length;
  const share = Math.min(1, ready.size / Math.max(1, active));
  const keep = DECAY ** share;
  const members = new Map<MemberId, Member>(population.members.map((member) => [member.id, member]));
  const z = standardScores(evaluations, sign);
  const fresh = evaluations.filter(({ member }) => ready.has(member) && z.has(member));
  const rows = fresh.map(({ member }) => featuresOf(space, members.get(member)!.hyperparameters));

  const seen = [
    ...before.seen,
    ...fresh.map(({ member }, i) => [members.get(member)!.generation, member, z.get(member)!, ...rows[i]!]),
  ].slice(-MOST_SEEN);
  const seenLines = [...before.seenLines, ...fresh.map(({ member }) => lineOf(before.lines, member))].slice(
    -MOST_SEEN,
  );
  const observed = seen.map(([, , , ...features]) => features);
  const outcomes = seen.map(([, , value]) => value!);
  const fit = quadraticFit(observed, outcomes);
  const lines = lineFit(seenLines, observed, outcomes);
  const worth = fit?.at ?? (() => 0);

  const last = readLineages(before.last);
  const training = trained(evaluations, population.members, last, sign);
  const gains = [...before.gains];
  const scorePairs: Lagged[] = [];
  const residualPairs: Lagged[] = [];
  const lengths: number[] = [];
  for (const [i, { member, step, value }] of fresh.entries()) {
    const phi = sign * value!;
    const own = z.get(member)!;
    const residual = own - worth(rows[i]!);
    const past = last.get(member);
    if (past !== undefined && step > past[0]!) {
      const { generation } = members.get(member)!;
      gains.push([generation, member, (phi - past[1]!) / (step - past[0]!), past[1]!, ...rows[i]!]);
      lengths.push(step - past[0]!);
      scorePairs.push(past.length > 4 ? [own, past[2]!, past[4]!] : [own, past[2]!]);
      residualPairs.push(past.length > 4 ? [residual, past[3]!, past[5]!] : [residual, past[3]!]);
    }
    last.set(member, [step, phi, own, residual, ...(past === undefined ? [] : [past[2]!, past[3]!])]);
  }
  const within = fluctuations(before, fresh, members, sign, keep);
  const phase = before.phase + share;
  const closes = phase > 1 - 1e-9 && z.size > 0;
  const values = evaluations.flatMap((evaluation) => signedValue(evaluation, sign) ?? []);
  // With one member ready at a time the fit is looked at once a generation.
  const surface = (past: Surface): Surface => {
    if (lines === null) return noSurface;
    return closes ? surfaceOf(lines.fit, population.members, space) : past;
  };
  const stepNow = fresh.reduce((most, { step }) => Math.max(most, step), 0);
  return {
    ...before,
    ...within,
    last: writeLineages(last),
    gains: gains.slice(-MOST_GAINS),
    seen,
    scores: observePersistence(before.scores, scorePairs, share, LONG),
    residuals: observePersistence(before.residuals, residualPairs, share, LONG),
    newest: residualPairs.map(([now, one]) => [now, one]),
    seenLines,
    curvature: bends(fit),
    explained: fit !== null && fit.significance > CLEAR ? fit.explained : null,
    told: {
      curvature: bends(lines?.fit ?? null),
      explained: lines !== null && lines.fit.significance > CLEAR ? lines.explained : null,
    },
    surface: surface(before.surface),
    training,
    interval: lengths.length > 0 ? median(lengths) : before.interval,
    curve: closes
      ? [...before.curve, [stepNow, Math.max(...values), median(values)]].slice(-MOST_POINTS)
      : before.curve,
    phase: closes ? Math.max(0, phase - 1) : phase,
  } as unknown as Json;
}

const bends = (fit: QuadraticFit | null): (readonly [number, number])[] =>
  fit?.curvature.map(({ value, error }) => [value, error] as const) ?? [];

/** Mean change of φ since the last boundary along lineages; null unless every member has a value at both. */
function trained(
  evaluations: readonly Evaluation[],
  members: readonly Member[],
  last: ReadonlyMap<MemberId, readonly number[]>,
  sign: 1 | -1,
): number | null {
  const now = new Map(evaluations.map((evaluation) => [evaluation.member, signedValue(evaluation, sign)]));
  let sum = 0;
  for (const { id } of members) {
    const [value, before] = [now.get(id) ?? null, last.get(id)?.[1]];
    if (value === null || before === undefined) return null;
    sum += value - before;
  }
  return sum / members.length;
}

/** φ of everybody who can be compared, from the median in units of 1.4826 MAD, drawn in to ±4. */
function standardScores(evaluations: readonly Evaluation[], sign: 1 | -1): Map<MemberId, number> {
  const values = new Map<MemberId, number>();
  for (const evaluation of evaluations) {
    const value = signedValue(evaluation, sign);
    if (value !== null) values.set(evaluation.member, value);
  }
  if (values.size === 0) return values;
  const centre = median([...values.values()]);
  const spread = 1.4826 * median([...values.values()].map((value) => Math.abs(value - centre)));
  const unit = spread > 0 ? spread : 1;
  return new Map(
    [...values].map(([member, value]) => [member, Math.min(4, Math.max(-4, (value - centre) / unit))]),
  );
}

/** Fluctuations within the interval, and the settling of copies. */
function fluctuations(
  before: PopulationRecord,
  fresh: readonly Evaluation[],
  members: ReadonlyMap<MemberId, Member>,
  sign: 1 | -1,
  keep: number,
): Partial<PopulationRecord> {
  let { correlations, excess } = before;
  let keeping = keep;
  let settling = keep;
  const variances: Record<string, readonly [number, number]> = {};
  const spacings: number[] = [];
  const spans: number[] = [];
  for (const { member, reports } of fresh) {
    const finite = reports.filter(({ value }) => Number.isFinite(value));
    const n = finite.length;
    if (n < 4) continue;
    const values = finite.map(({ value }) => sign * value);
    const span = finite[n - 1]!.step - finite[0]!.step;
    if (!(span > 0)) continue;
    spans.push(span);
    spacings.push(span / (n - 1));
    const series = detrended(values);
    variances[String(member)] = [
      series.reduce((sum, d) => sum + (d * d) / n, 0),
      values.reduce((sum, value) => sum + value / n, 0),
    ];
    const { id, parent } = members.get(member)!;
    if (parent !== id) {
      excess = addExcess(
        excess,
        finite.map(({ step }) => step),
        values,
        settling,
      );
      settling = 1;
    } else if (n >= LEAST_REPORTS) {
      correlations = addAutocovariance(correlations, series, Math.floor(n / 2), keeping);
      keeping = 1;
    }
  }
  return {
    correlations,
    excess,
    variances,
    spacing: spacings.length > 0 ? median(spacings) : before.spacing,
    span: spans.length > 0 ? median(spans) : before.span,
  };
}
