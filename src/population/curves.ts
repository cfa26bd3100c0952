import type { Decision, Evaluation, MemberId, Population, Report } from "./types.ts";

/** A value at a step. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
  /** Reports of the segment that ended here. */
  readonly reports?: readonly Report[];
}

/** What a lineage has measured, oldest first, steps increasing. */
export type Curve = readonly CurvePoint[];

/** The curve of each member's lineage: a member that copied has its donor's curve up to the copied checkpoint. */
export type Curves = ReadonlyMap<MemberId, Curve>;

/**
 * The value at a step, linear between the two points around it.
 * @returns null before the first point and after the last: the lineage has not measured there
 * @example
 * interpolate([{ step: 100, value: 2 }, { step: 200, value: 1 }], 150); // 1.5
 */
export function interpolate(curve: Curve, step: number): number | null {
  const after = firstFrom(curve, step);
  const right = curve[after];
  if (right === undefined) return null;
  if (right.step === step) return right.value;
  const left = curve[after - 1];
  if (left === undefined) return null;
  return left.value + ((step - left.step) / (right.step - left.step)) * (right.value - left.value);
}

/** Position of the first point at or after a step, by bisection. */
function firstFrom(curve: Curve, step: number): number {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (curve[middle]!.step < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A curve with a newer point; points at or after its step are forgotten. */
export function extendCurve(curve: Curve, point: CurvePoint): Curve {
  return [...curve.slice(0, firstFrom(curve, point.step)), point];
}

/**
 * Curves after one asynchronous decision: the evaluation joins its member's curve, and if the decision was to copy,
 * the member takes the donor's curve up to the copied checkpoint. Fold this over the log, in its order, to have the
 * curves at any point of a run.
 */
export function extendCurves(curves: Curves, evaluation: Evaluation, decision: Decision | null): Curves {
  const next = new Map(curves);
  const { member, step, value, status, reports } = evaluation;
  if (status === "ok" && value !== null) {
    next.set(member, extendCurve(next.get(member) ?? [], { step, value, reports }));
  }
  if (decision !== null && decision.donor !== null) {
    const until = decision.checkpoint?.step ?? 0;
    const donor = next.get(decision.donor) ?? [];
    next.set(
      decision.member,
      donor.filter((point) => point.step <= until),
    );
  }
  return next;
}

/**
 * What a slow step of one ready member compares, in asynchronous mode: its own evaluation, and everybody else at the
 * *same step*, interpolated along their lineages. Who has not reached that step has no value, so it is neither
 * compared nor copied; a retired member that stopped before it keeps its last value. Donors offer their newest
 * checkpoint. A ready member that failed has no step to compare at: the others are then compared at the largest step
 * that at least half of them have reached.
 * @example
 * const evaluations = evaluationsAtEqualStep(evaluation, population, curves);
 * slowStep(population, evaluations, key, rules, { space, ready: [evaluation.member] });
 */
export function evaluationsAtEqualStep(
  ready: Evaluation,
  population: Population,
  curves: Curves,
): readonly Evaluation[] {
  const others = population.members.filter(({ id }) => id !== ready.member);
  const step = ready.status === "ok" ? ready.step : stepOfHalf(others.map(({ id }) => curves.get(id) ?? []));
  return [
    ready,
    ...others.map(({ id, status, checkpoint }): Evaluation => {
      const curve = curves.get(id) ?? [];
      const last = curve.at(-1);
      const stopped = status === "retired" && last !== undefined && last.step < step;
      return {
        member: id,
        step: stopped ? last.step : step,
        value: stopped ? last.value : interpolate(curve, step),
        reports: stopped ? (last.reports ?? []) : reportsUntil(curve, step),
        status: "ok",
        checkpoint,
      };
    }),
  ];
}

/** The reports of the segment that holds `step` and of the one before it, up to `step`. */
function reportsUntil(curve: Curve, step: number): readonly Report[] {
  const holding = firstFrom(curve, step);
  return curve
    .slice(Math.max(0, holding - 1), holding + 1)
    .flatMap(({ reports }) => reports ?? [])
    .filter((report) => report.step <= step);
}

/** The largest step that at least half of the non-empty curves have reached; 0 when there are none. */
function stepOfHalf(curves: readonly Curve[]): number {
  const reached = curves
    .filter((curve) => curve.length > 0)
    .map((curve) => curve.at(-1)!.step)
    .toSorted((a, b) => b - a);
  return reached[Math.ceil(reached.length / 2) - 1] ?? 0;
}
