import { StoreError, UsageError } from "../errors/index.ts";
import { canonicalJson, type DecisionEvent, type StoredDecisionEvent } from "../store/index.ts";
import {
  advanceEnd,
  advanceFinalists,
  advanceGeneration,
  advanceIntervention,
  advanceMember,
  advanceReplay,
} from "./advance.ts";
import { readFresh } from "./finalists.ts";
import { type Intervention, readEvaluation, readIntervention } from "./log.ts";
import { planOf } from "./plan.ts";
import { initialState, openingEvents, type RunState } from "./state.ts";
import type { RunPlan } from "./types.ts";

/** Where a log and what its own inputs lead to part for the first time. */
export interface Difference {
  /** Sequence number in the log; its length when events are missing at the end. */
  readonly seq: number;
  readonly generation: number;
  readonly kind: string;
  readonly member: number | null;
  /** Place in the event: `hyperparameters.lr`, `score` … */
  readonly place: string;
  /** What the log says, as JSON; `nothing` when it says nothing. */
  readonly logged: string;
  /** What follows from the events before it. */
  readonly derived: string;
}

export interface Folded {
  readonly state: RunState;
  /** Null when every decision follows from the log. */
  readonly difference: Difference | null;
  readonly decisions: number;
  readonly interventions: number;
}

/** What the engine appended together: one boundary, or what a resume changed between two. */
interface Batch {
  readonly first: number;
  readonly events: DecisionEvent[];
}

/**
 * Derives a run again from its decision log: evaluations and interventions are taken from it, everything else is
 * computed by the code that runs live, and compared. Stops at the first difference.
 * @throws StoreError `corrupt` when the log does not begin as one, `version` when it names rules unknown here
 */
export function fold(events: Iterable<StoredDecisionEvent>, name: string): Folded {
  const iterator = events[Symbol.iterator]();
  const head = iterator.next();
  if (head.done === true || head.value.kind !== "run") {
    throw new StoreError("corrupt", `${name}: its decision log does not begin with a run event`);
  }
  const state = initialState(storedPlan(head.value, name));
  let decisions = 0;
  let interventions = 0;
  const opening: Batch = { first: 0, events: [head.value] };
  let difference: Difference | null = null;
  let batch: Batch = opening;
  const finish = (done: Batch): void => {
    if (difference !== null) return;
    const expected = done === opening ? openingEvents(state) : derive(state, done.events);
    difference = firstDifference(done, expected);
  };
  for (let next = iterator.next(); next.done !== true && difference === null; next = iterator.next()) {
    const event = next.value;
    if (event.kind === "decision") decisions++;
    if (event.kind === "intervention") interventions++;
    if (beginsBatch(event, batch.events, state)) {
      finish(batch);
      batch = { first: event.seq, events: [] };
    }
    batch.events.push(event);
  }
  finish(batch);
  return { state, difference, decisions, interventions };
}

function storedPlan(event: DecisionEvent, name: string): RunPlan {
  try {
    return planOf(event, name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new StoreError(
      "version",
      `${name}: this version cannot read how the run decides: ${error.message}. Was it made by a newer one?`,
    );
  }
}

function beginsBatch(event: DecisionEvent, events: readonly DecisionEvent[], state: RunState): boolean {
  const last = events.at(-1)?.kind;
  if (event.kind === "evaluation") return last !== "evaluation" || state.plan.legs !== undefined;
  if (last === "run" || last === "founder") return event.kind !== "founder";
  return last === "end";
}

/** What a batch's own inputs lead to. */
function derive(state: RunState, events: readonly DecisionEvent[]): DecisionEvent[] {
  const evaluations = events.filter(({ kind }) => kind === "evaluation").map(readEvaluation);
  const interventions: Intervention[] = events
    .filter(({ kind }) => kind === "intervention")
    .map(readIntervention);
  const derived = advance(state, evaluations, interventions);
  const last = events.at(-1);
  if (last?.kind !== "end" || state.ended !== null) return derived;
  const timedOut = last.body.reason === "seconds" && state.closing === null;
  const end = timedOut ? advanceEnd(state, "seconds") : [];
  if (state.closing === null) return [...derived, ...end];
  return [...derived, ...end, ...advanceFinalists(state, readFresh(events, state))];
}

function advance(
  state: RunState,
  evaluations: Parameters<typeof advanceGeneration>[1],
  interventions: readonly Intervention[],
): DecisionEvent[] {
  const [first] = evaluations;
  if (first === undefined) {
    return interventions.length === 0 ? [] : advanceIntervention(state, interventions);
  }
  if (state.plan.legs !== undefined) return advanceReplay(state, first);
  if (state.plan.mode === "asynchronous") return advanceMember(state, first, interventions);
  return advanceGeneration(state, evaluations, interventions);
}

function firstDifference(batch: Batch, expected: readonly DecisionEvent[]): Difference | null {
  const { first, events } = batch;
  for (let i = 0; i < Math.max(events.length, expected.length); i++) {
    const [logged, derived] = [events[i], expected[i]];
    if (logged !== undefined && derived !== undefined && same(logged, derived)) continue;
    const { generation, kind, member } = (logged ?? derived)!;
    const where = { seq: first + i, generation, kind, member };
    const found = logged === undefined || derived === undefined ? null : place(logged, derived);
    return {
      ...where,
      ...(found ?? { place: "", logged: text(logged), derived: text(derived) }),
    };
  }
  return null;
}

const text = (value: unknown): string => (value === undefined ? "nothing" : canonicalJson(value));

const pick = ({ generation, kind, member, body }: DecisionEvent): DecisionEvent => ({
  generation,
  kind,
  member,
  body,
});

const same = (a: DecisionEvent, b: DecisionEvent): boolean =>
  canonicalJson(pick(a)) === canonicalJson(pick(b));

/** The innermost place at which two events differ. */
function place(a: DecisionEvent, b: DecisionEvent): Pick<Difference, "place" | "logged" | "derived"> {
  const walk = (path: string, x: unknown, y: unknown): Pick<Difference, "place" | "logged" | "derived"> => {
    if (isContainer(x) && isContainer(y) && Array.isArray(x) === Array.isArray(y)) {
      for (const name of [...new Set([...Object.keys(x), ...Object.keys(y)])].toSorted()) {
        const [inner, other] = [x[name], y[name]];
        if (text(inner) !== text(other)) return walk(path === "" ? name : `${path}.${name}`, inner, other);
      }
    }
    return { place: path, logged: text(x), derived: text(y) };
  };
  return a.kind === b.kind && a.member === b.member
    ? walk("", a.body, b.body)
    : { place: "", logged: text(pick(a)), derived: text(pick(b)) };
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
