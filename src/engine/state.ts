import {
  type Curves,
  type Evaluation,
  initialPopulation,
  type IntervalEvidence,
  type MemberId,
  noEvidence,
  type Population,
} from "../population/index.ts";
import { type Key, key } from "../random/index.ts";
import type { Hyperparameters } from "../space/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import { createLineage, type GrowingLineage } from "./lineage.ts";
import { leastInterval } from "./carefulInterval.ts";
import { founderEvent } from "./log.ts";
import { runEvent } from "./plan.ts";
import { type Standing, spent } from "./stop.ts";
import type { Best, Finalist, RunPlan, SoupResult, StopRule } from "./types.ts";

/**
 * All that the decision log says, at one place of it. The running engine and the fold over a stored log change it
 * with the same functions (`advance.ts`), so what a resume finds is what was.
 */
export interface RunState {
  readonly plan: RunPlan;
  readonly key: Key;
  population: Population;
  /** The rule in force: the plan's, or that of the last intervention. */
  stop: StopRule;
  /** Each member's own newest evaluation. */
  readonly latest: Map<MemberId, Evaluation>;
  /** Evaluations along each member's lineage (asynchronous runs): a copy takes over its donor's. */
  curves: Curves;
  best: Best | null;
  /** Generations done; asynchronous: windows of as many boundaries as there are active members. */
  generation: number;
  /** Steps between slow steps: the plan's, or what an adaptive run has come to. */
  interval: number;
  /** Where the last common boundary lies on the grid of intervals (synchronous runs); a budget may cut it short. */
  covered: number;
  /** `generation` when the interval last changed. */
  adaptedAt: number;
  /** Logarithm of the interval that recommendations come to; null before the first. */
  advice: number | null;
  /** What was seen of the clocks at this interval, and below which it will not be shortened (adaptive: `careful`). */
  evidence: IntervalEvidence;
  least: number;
  /** `generation` when the best last improved. */
  improvedAt: number;
  /** The open window of an asynchronous run. */
  readonly window: { boundaries: number; copies: number; failed: number };
  ended: string | null;
  /** Why training is over, while the finalists wait for their evaluations. */
  closing: string | null;
  /** Set with the end of a run whose finalists were evaluated anew. */
  final: Final | null;
  /** True once a person changed decisions. */
  intervened: boolean;
  readonly lineage: GrowingLineage;
}

/** What the finalists' evaluations led to. */
export interface Final {
  readonly winner: Best | null;
  readonly finalists: readonly Finalist[];
  readonly soup: SoupResult | null;
}

/** The winner, once it is known; until then the best value seen. */
export const bestOf = (state: Pick<RunState, "final" | "best">): Best | null =>
  state.final?.winner ?? state.best;

/** The state before the first segment. */
export function initialState(plan: RunPlan): RunState {
  const root = key(plan.seed);
  const drawn = initialPopulation(plan.space, plan.members, root, plan.rules);
  const first = plan.legs?.[0];
  const given = first === undefined ? (plan.founders ?? []) : [first.hyperparameters];
  const population: Population = {
    ...drawn,
    members: drawn.members.map((member) => ({
      ...member,
      hyperparameters: founderValues(plan, given[member.id]) ?? member.hyperparameters,
    })),
  };
  return {
    plan,
    key: root,
    population,
    stop: plan.stop,
    latest: new Map(),
    curves: new Map(),
    best: null,
    generation: 0,
    interval: plan.interval,
    covered: 0,
    adaptedAt: 0,
    advice: null,
    evidence: noEvidence,
    least: leastInterval(plan.interval),
    improvedAt: 0,
    window: { boundaries: 0, copies: 0, failed: 0 },
    ended: null,
    closing: null,
    final: null,
    intervened: false,
    lineage: createLineage(),
  };
}

/** A founder's values, named in the order of the space. */
function founderValues(plan: RunPlan, given: Hyperparameters | undefined): Hyperparameters | undefined {
  return given && Object.fromEntries(plan.space.names.map((name) => [name, given[name]!]));
}

/** The first events of a log: all that fixes its decisions, then the founders. */
export function openingEvents(state: RunState): DecisionEvent[] {
  return logged(state, [runEvent(state.plan), ...state.population.members.map(founderEvent)]);
}

/** What goes to the decision log also makes the lineage grow. */
export function logged(state: RunState, events: DecisionEvent[]): DecisionEvent[] {
  for (const event of events) state.lineage.add(event);
  return events;
}

/** What the rules of stopping look at. An asynchronous budget is used up when that of every member is. */
export function standing(state: RunState): Standing {
  const { plan, stop, population } = state;
  const active = population.members.filter(({ status }) => status === "active");
  const budgets =
    plan.mode === "synchronous"
      ? [spent(plan, stop, { step: state.covered, generation: state.generation })]
      : active.map((member) => spent(plan, stop, member));
  return {
    spent: budgets.length > 0 && budgets.every((budget) => budget !== null) ? budgets[0]! : null,
    best: state.best?.value ?? null,
    stale: state.generation - state.improvedAt,
    active: active.length,
  };
}

/** Active members whose newest evaluation is sound; those without one count as sound. */
export function alive(state: RunState): number {
  return state.population.members.filter(
    ({ id, status }) => status === "active" && (state.latest.get(id)?.status ?? "ok") === "ok",
  ).length;
}
