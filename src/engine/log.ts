import type {
  CheckpointId,
  Decision,
  Diagnostics,
  Evaluation,
  Member,
  MemberId,
} from "../population/index.ts";
import type { Hyperparameters, Json } from "../space/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import type { Best, RunEvent, StopRule } from "./types.ts";

/** The decision log's text for what the engine decides, and back. Bodies are plain JSON. */

/** A human intervention that changes decisions: it flags the run. */
export type Intervention =
  | { readonly action: "retire"; readonly member: MemberId }
  | { readonly action: "change-stop"; readonly stop: StopRule }
  /** A run that ended because too few members were sound goes on: failures so far are forgiven. */
  | { readonly action: "retry-failed" };

type Body = DecisionEvent["body"];

/** What the type says is already plain JSON (readonly objects of numbers, strings, null and arrays of them). */
const json = (value: object): Body => value as Body;

export const founderEvent = (member: Member): DecisionEvent => ({
  generation: 0,
  kind: "founder",
  member: member.id,
  body: { hyperparameters: member.hyperparameters },
});

export function evaluationEvent(evaluation: Evaluation, generation: number): DecisionEvent {
  const { member, reports, ...rest } = evaluation;
  return {
    generation,
    kind: "evaluation",
    member,
    body: json({ ...rest, reports: reports.map(({ step, value }) => [step, value]) }),
  };
}

export function decisionEvent(decision: Decision, generation: number): DecisionEvent {
  const { member, ...body } = decision;
  return { generation, kind: "decision", member, body: json(body) };
}

/** The end of a generation; `alive`: members whose newest evaluation is sound. */
export function generationEvent(
  generation: number,
  diagnostics: Diagnostics,
  alive: number,
  best: Best | null,
): DecisionEvent {
  const { generation: _, metric, selectionDifferential, ...rest } = diagnostics;
  const measures = {
    ...rest,
    ...(metric === undefined ? {} : { metric: knownTerms(metric) }),
    selectionDifferential: knownTerms(selectionDifferential),
  };
  const body = { diagnostics: withoutOverflow(measures), alive, best };
  return { generation, kind: "generation", member: null, body: json(body) };
}

/** Terms that belong together: unknown, all of them, when one overflows. */
const knownTerms = <T extends object>(terms: T | null): T | null =>
  terms !== null &&
  Object.values(terms).some((value) => value === Infinity || value === -Infinity || Number.isNaN(value))
    ? null
    : terms;

/** What sums of values near the end of the number range cannot say is unknown. */
function withoutOverflow(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(withoutOverflow);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutOverflow(inner)]));
}

export function interventionEvent(intervention: Intervention, generation: number): DecisionEvent {
  const { action } = intervention;
  const member = action === "retire" ? intervention.member : null;
  const body = action === "change-stop" ? { action, stop: { ...intervention.stop } } : { action };
  return { generation, kind: "intervention", member, body: json(body) };
}

export const endEvent = (generation: number, reason: string, best: Best | null): DecisionEvent => ({
  generation,
  kind: "end",
  member: null,
  body: json({ reason, best }),
});

/** Names in the order of the space, so that a run that goes on gives trainers what an undisturbed one gives. */
function ordered(h: Hyperparameters, names: readonly string[]): Hyperparameters {
  return Object.fromEntries(names.map((name) => [name, h[name]!]));
}

export function readFounder(event: DecisionEvent, names: readonly string[]): Hyperparameters {
  return ordered(event.body.hyperparameters as Hyperparameters, names);
}

export function readEvaluation(event: DecisionEvent): Evaluation {
  const { step, value, status, cause, checkpoint, reports } = event.body;
  return {
    member: event.member!,
    step: step as number,
    value: value as number | null,
    reports: (reports as readonly (readonly [number, number])[]).map(([step, value]) => ({ step, value })),
    status: status as Evaluation["status"],
    ...(cause === undefined ? {} : { cause: cause as string }),
    checkpoint: checkpoint as unknown as CheckpointId | null,
  };
}

export function readDecision(event: DecisionEvent, names: readonly string[]): Decision {
  const body = event.body as unknown as Omit<Decision, "member">;
  return { member: event.member!, ...body, hyperparameters: ordered(body.hyperparameters, names) };
}

export function readIntervention({ member, body }: DecisionEvent): Intervention {
  const { action } = body;
  if (action === "retire") return { action, member: member! };
  return action === "retry-failed" ? { action } : { action: "change-stop", stop: body.stop as StopRule };
}

/** The diagnostics of a generation event, as the live view gets them. */
export function readDiagnostics(event: DecisionEvent): Diagnostics {
  return {
    generation: event.generation,
    ...(event.body.diagnostics as unknown as Omit<Diagnostics, "generation">),
  };
}

/** A change of the interval, as the live view gets it. */
export function intervalChange({ generation, body }: DecisionEvent): RunEvent {
  const { before, interval, reasons } = body as unknown as {
    readonly before: number;
    readonly interval: number;
    readonly reasons: readonly string[];
  };
  return { type: "interval", generation, before, interval, reasons };
}

export const readBest = (value: Json | undefined): Best | null => (value ?? null) as unknown as Best | null;
