import {
  type Diagnostics,
  type Evaluation,
  evaluationsAtEqualStep,
  extendCurves,
  type Member,
  type MemberId,
  type Population,
  slowStep,
  type SlowStepOptions,
} from "../population/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import {
  decisionEvent,
  endEvent,
  evaluationEvent,
  generationEvent,
  type Intervention,
  interventionEvent,
} from "./log.ts";
import { finalEvent, finalistEvents, type FreshEvaluations, judgeFinalists } from "./finalists.ts";
import { adaptCarefully } from "./carefulInterval.ts";
import { adaptInterval } from "./interval.ts";
import { alive, logged, type RunState, standing } from "./state.ts";
import { stopReason } from "./stop.ts";

/**
 * The steps of a run's state. Each takes what happened at a boundary, changes the state, and returns the events that
 * go to the decision log in one transaction. They are the only code that makes such events: the running engine, a
 * resume and `verify` all call them.
 */

/** A synchronous generation: `evaluations` holds one for each active member. */
export function advanceGeneration(
  state: RunState,
  evaluations: readonly Evaluation[],
  interventions: readonly Intervention[],
): DecisionEvent[] {
  const { plan, population: before } = state;
  const generation = state.generation;
  const given = evaluations.toSorted((a, b) => a.member - b.member);
  observe(state, given, generation);
  const retired = before.members
    .filter(({ status }) => status === "retired")
    .flatMap(({ id }) => state.latest.get(id) ?? []);
  const step = slowStep(before, [...given, ...retired], state.key, plan.rules, slowStepOptions(state));
  state.population = step.population;
  state.generation++;
  state.covered += state.interval;
  return logged(state, [
    ...given.map((evaluation) => evaluationEvent(evaluation, generation)),
    ...step.decisions.map((decision) => decisionEvent(decision, generation)),
    generationEvent(generation, step.diagnostics, alive(state), state.best),
    ...adaptInterval(state, step.diagnostics, generation),
    ...adaptCarefully(state, step, given, before, generation),
    ...intervene(state, before, interventions, generation),
    ...conclude(state, generation),
  ]);
}

/** An asynchronous boundary of one member. */
export function advanceMember(
  state: RunState,
  evaluation: Evaluation,
  interventions: readonly Intervention[],
): DecisionEvent[] {
  const { plan, population: before } = state;
  const member = memberOf(before, evaluation.member);
  observe(state, [evaluation], member.generation);
  const compared = evaluationsAtEqualStep(evaluation, before, state.curves);
  const step = slowStep(before, compared, state.key, plan.rules, {
    ...slowStepOptions(state),
    ready: [member.id],
  });
  state.population = step.population;
  state.curves = extendCurves(state.curves, evaluation, step.decisions[0] ?? null);
  const { window } = state;
  window.boundaries++;
  window.copies += step.diagnostics.copies;
  if (evaluation.status === "failed") window.failed++;
  return logged(state, [
    evaluationEvent(evaluation, member.generation),
    ...step.decisions.map((decision) => decisionEvent(decision, member.generation)),
    ...closeWindow(state, step.diagnostics),
    ...intervene(state, before, interventions, lastGeneration(state)),
    ...conclude(state, lastGeneration(state)),
  ]);
}

/** What slow steps of a run need beside its rules. */
export function slowStepOptions({ plan, stop }: Pick<RunState, "plan" | "stop">): SlowStepOptions {
  return {
    space: plan.space,
    ...(stop.steps === undefined ? {} : { budget: stop.steps }),
    ...(plan.format === undefined ? {} : { diagnostics: plan.format }),
  };
}

/** One leg of a replay: nothing is decided, the next leg begins where this one ended. */
export function advanceReplay(state: RunState, evaluation: Evaluation): DecisionEvent[] {
  const { plan, population } = state;
  const legs = plan.legs ?? [];
  const leg = legs[state.generation]!;
  const next = legs[state.generation + 1];
  observe(state, [evaluation], leg.generation);
  const ok = evaluation.status === "ok";
  state.population = {
    ...population,
    generation: population.generation + 1,
    members: population.members.map((member) => ({
      ...member,
      checkpoint: ok ? evaluation.checkpoint : member.checkpoint,
      step: ok ? evaluation.step : member.step,
      generation: member.generation + 1,
      hyperparameters: next?.hyperparameters ?? member.hyperparameters,
    })),
  };
  state.generation++;
  const events = [evaluationEvent(evaluation, leg.generation)];
  if (ok && next !== undefined) return logged(state, events);
  state.ended = ok ? "replayed" : "failed";
  return logged(state, [...events, endEvent(leg.generation, state.ended, state.best)]);
}

/** Interventions between two boundaries: at a resume. A run that had ended goes on when its new rule allows it. */
export function advanceIntervention(
  state: RunState,
  interventions: readonly Intervention[],
): DecisionEvent[] {
  const generation = lastGeneration(state);
  Object.assign(state, { ended: null, closing: null, final: null });
  return logged(state, [
    ...intervene(state, state.population, interventions, generation),
    ...conclude(state, generation),
  ]);
}

/** Ends training for a reason that the log alone does not give (`seconds`). */
export const advanceEnd = (state: RunState, reason: string): DecisionEvent[] =>
  logged(state, close(state, lastGeneration(state), reason));

/** The end of a run that waited for its finalists' evaluations. */
export function advanceFinalists(state: RunState, given: FreshEvaluations): DecisionEvent[] {
  const generation = lastGeneration(state);
  const reason = state.closing!;
  state.final = judgeFinalists(state, given, generation);
  state.closing = null;
  state.ended = reason;
  return logged(state, [...finalistEvents(state, given, generation), finalEvent(state, generation, reason)]);
}

/** The generation (asynchronous: the window) whose end came last; 0 before the first. */
const lastGeneration = (state: RunState): number => Math.max(0, state.generation - 1);

function memberOf(population: Population, id: MemberId): Member {
  const member = population.members.find((member) => member.id === id);
  if (member === undefined) throw new RangeError(`internal: the population has no member ${id}`);
  return member;
}

/** Takes in new evaluations: the newest of each member, and the best ever (of equals, the first in the log). */
function observe(state: RunState, evaluations: readonly Evaluation[], generation: number): void {
  const { plan, population } = state;
  const sign = plan.metric.mode === "max" ? 1 : -1;
  const hyperparameters = new Map(population.members.map((member) => [member.id, member.hyperparameters]));
  for (const evaluation of evaluations) {
    const { member, status, value, step, checkpoint } = evaluation;
    state.latest.set(member, evaluation);
    if (status !== "ok" || value === null) continue;
    if (state.best !== null && sign * value <= sign * state.best.value) continue;
    state.best = {
      member,
      generation,
      value,
      step,
      checkpoint,
      hyperparameters: plan.legs?.[state.generation]?.hyperparameters ?? hyperparameters.get(member)!,
    };
    state.improvedAt = state.generation + 1;
  }
}

/** After as many boundaries as there are active members, an asynchronous run counts a generation. */
function closeWindow(state: RunState, diagnostics: Diagnostics): DecisionEvent[] {
  const { window } = state;
  const active = state.population.members.filter(({ status }) => status === "active").length;
  if (window.boundaries < active) return [];
  const measures: Diagnostics = {
    ...diagnostics,
    generation: state.generation,
    copies: window.copies,
    failed: window.failed,
    price: Object.fromEntries(Object.keys(diagnostics.price).map((name) => [name, null])),
    selectionDifferential: null,
    effectiveSize: null,
    ...(diagnostics.metric === undefined ? {} : { metric: null }),
  };
  const event = generationEvent(state.generation, measures, alive(state), state.best);
  state.generation++;
  Object.assign(window, { boundaries: 0, copies: 0, failed: 0 });
  return [event];
}

/**
 * Carries out interventions after the decisions of a boundary. A retired member stays what it was at its last
 * evaluation: a copy decided at this very boundary is not carried out.
 */
function intervene(
  state: RunState,
  before: Population,
  interventions: readonly Intervention[],
  generation: number,
): DecisionEvent[] {
  for (const intervention of interventions) {
    state.intervened = true;
    if (intervention.action === "change-stop") {
      state.stop = intervention.stop;
      continue;
    }
    if (intervention.action === "retry-failed") {
      for (const [id, { status }] of state.latest) if (status === "failed") state.latest.delete(id);
      continue;
    }
    state.population = retire(state, before, intervention.member);
  }
  return interventions.map((intervention) => interventionEvent(intervention, generation));
}

function retire(state: RunState, before: Population, id: MemberId): Population {
  const was = memberOf(before, id);
  const evaluation = state.latest.get(id);
  const members = state.population.members.map((member): Member => {
    if (member.id !== id) return member;
    if (member.generation === was.generation) return { ...member, status: "retired" };
    const checkpoint = evaluation?.status === "ok" ? evaluation.checkpoint : was.checkpoint;
    return {
      ...was,
      parent: id,
      generation: member.generation,
      checkpoint,
      step: checkpoint?.step ?? 0,
      status: "retired",
    };
  });
  return { ...state.population, members };
}

/** The end, when a rule of stopping says so, or when too few members are left. */
function conclude(state: RunState, generation: number): DecisionEvent[] {
  const { plan } = state;
  const active = state.population.members.filter(({ status }) => status === "active").length;
  const sound = alive(state);
  const reason =
    active > 0 && sound < Math.min(plan.minAlive, active)
      ? "failed"
      : stopReason(state.stop, plan.metric.mode, standing(state));
  return reason === null ? [] : close(state, generation, reason);
}

/** Training is over: either the run has ended with it, or its finalists are evaluated anew first. */
function close(state: RunState, generation: number, reason: string): DecisionEvent[] {
  if (reason !== "failed" && state.best !== null && (state.plan.reevaluate ?? null) !== null) {
    state.closing = reason;
    return [];
  }
  state.ended = reason;
  return [endEvent(generation, reason, state.best)];
}
