import type { Json } from "../../space/index.ts";
import { type Curve, type CurvePoint, interpolate } from "../curves.ts";
import type { Evaluation, Fitness, FitnessInput, Member, MemberId, Score, Spec } from "../types.ts";

/** What a rule remembers of one member: its own state, and its scores along the lineage as far as they may be asked for. */
interface Entry {
  readonly state: Json;
  readonly track: Curve;
}

/** The new state and the score of a member whose evaluation is new. */
export interface LineageUpdate {
  readonly state: Json;
  readonly score: number | null;
  readonly detail?: Score["detail"];
}

/**
 * A score rule with a state per lineage. A member's state is updated when it is ready and its segment was good; a
 * copy inherits its donor's. Members that are not ready are scored by interpolating their earlier scores at the step
 * of comparison, so that asynchronous runs compare smoothed scores at equal step too.
 * @param update state (null at the lineage's first evaluation) and evaluation to state and score
 */
export function lineageFitness(
  spec: Spec,
  update: (state: Json, evaluation: Evaluation, input: FitnessInput) => LineageUpdate,
): Fitness {
  return {
    spec,
    initial: {},
    score(memory, input) {
      const entries = readEntries(memory);
      const ready = new Set<MemberId>(input.ready);
      const floor = slowestStep(input, ready);
      const scores = input.evaluations.map((evaluation): Score => {
        const { member, status, value } = evaluation;
        if (status !== "ok" || value === null || !Number.isFinite(value)) return { member, score: null };
        const entry = entries.get(member);
        if (!ready.has(member)) {
          return { member, score: entry === undefined ? null : scoreAt(entry.track, evaluation.step) };
        }
        const { state, score, detail } = update(entry?.state ?? null, evaluation, input);
        const earlier = (entry?.track ?? []).filter(({ step }) => step < evaluation.step);
        const track = score === null ? earlier : [...earlier, { step: evaluation.step, value: score }];
        entries.set(member, { state, track: from(track, floor) });
        return { member, score, ...(detail === undefined ? {} : { detail }) };
      });
      return { memory: writeEntries(entries), scores };
    },
    inherit(memory, copies) {
      const before = readEntries(memory);
      const after = new Map(before);
      for (const { member, donor } of copies) {
        const entry = before.get(donor);
        if (entry === undefined) after.delete(member);
        else after.set(member, entry);
      }
      return writeEntries(after);
    },
  };
}

/** The mean of the reports of the interval in "higher is better" sign; the last value where there are none. */
export function intervalMean({ value, reports }: Evaluation, sign: 1 | -1): number {
  let sum = 0;
  let count = 0;
  for (const report of reports) {
    if (!Number.isFinite(report.value)) continue;
    sum += report.value;
    count++;
  }
  return sign * (count > 0 ? sum / count : (value ?? Number.NaN));
}

/** Score at a step; the first before the track begins, the last after it ends. */
function scoreAt(track: Curve, step: number): number | null {
  const first = track[0];
  const last = track.at(-1);
  if (first === undefined || last === undefined) return null;
  if (step <= first.step) return first.value;
  if (step >= last.step) return last.value;
  return interpolate(track, step);
}

/** The points that a comparison at `floor` or later can need. */
function from(track: Curve, floor: number): Curve {
  const start = track.findLastIndex(({ step }) => step <= floor);
  return start <= 0 ? track : track.slice(start);
}

/** No member will be compared at an earlier step than this. */
function slowestStep({ population, evaluations }: FitnessInput, ready: ReadonlySet<MemberId>): number {
  const reached = new Map<MemberId, number>();
  for (const { member, step, status } of evaluations) {
    if (ready.has(member) && status === "ok") reached.set(member, step);
  }
  const stepOf = ({ id, step }: Member): number => reached.get(id) ?? step;
  let slowest = Infinity;
  for (const member of population.members) {
    if (member.status === "active") slowest = Math.min(slowest, stepOf(member));
  }
  return slowest;
}

/** Memory as JSON: member → [state, [[step, score], …]]. */
function readEntries(memory: Json): Map<MemberId, Entry> {
  const entries = new Map<MemberId, Entry>();
  for (const [id, entry] of Object.entries(memory ?? {})) {
    const [state, track] = entry as readonly [Json, readonly (readonly [number, number])[]];
    entries.set(Number(id), {
      state,
      track: track.map(([step, value]): CurvePoint => ({ step, value })),
    });
  }
  return entries;
}

function writeEntries(entries: ReadonlyMap<MemberId, Entry>): Json {
  const sorted = [...entries].toSorted(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([id, { state, track }]) => [
      String(id),
      [state, track.map(({ step, value }) => [step, value])],
    ]),
  );
}
