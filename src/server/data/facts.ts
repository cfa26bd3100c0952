import type { Leg, StopRule } from "../../engine/index.ts";
import { memberName, type MemberId, neutralEffectiveSize } from "../../population/index.ts";
import {
  type Distribution,
  type Hyperparameters,
  type Json,
  type SearchSpace,
  searchSpaceFrom,
} from "../../space/index.ts";
import type { DecisionEvent } from "../../store/index.ts";
import type { HyperparameterFacts, MetricFacts } from "../types.ts";

/** What fixes a run, as the first event of its log says. */
export interface RunFacts {
  readonly members: number;
  readonly seed: number;
  readonly interval: number;
  readonly mode: "synchronous" | "asynchronous";
  readonly metric: MetricFacts;
  readonly stop: StopRule;
  readonly rules: Json;
  readonly space: SearchSpace<unknown>;
  /** Size of the population whose member is replayed; null for a population. */
  readonly replayOf: number | null;
  readonly legs: readonly Leg[];
  readonly body: DecisionEvent["body"];
}

/** More than any run has: a number beyond it is damage. */
const mostMembers = 1_000_000;

/** @throws RangeError, UsageError when the event does not describe a run */
export function factsOf(event: DecisionEvent): RunFacts {
  const { members } = event.body;
  if (!Number.isSafeInteger(members) || Number(members) < 1 || Number(members) > mostMembers)
    throw new RangeError(`a run of ${JSON.stringify(members)} members`);
  const body = event.body as unknown as Omit<RunFacts, "space" | "replayOf" | "body"> & {
    readonly space: Json;
    readonly sourceMembers?: number;
  };
  return {
    members: body.members,
    seed: body.seed,
    interval: body.interval,
    mode: body.mode,
    metric: body.metric,
    stop: body.stop,
    rules: body.rules,
    space: searchSpaceFrom(body.space),
    replayOf: body.legs === undefined ? null : (body.sourceMembers ?? body.members),
    legs: body.legs ?? [],
    body: event.body,
  };
}

/** `m07`. */
export const nameOf = (facts: RunFacts, id: MemberId): string =>
  memberName(id, facts.replayOf ?? facts.members);

/** +1 where higher is better. */
export const signOf = (facts: RunFacts): 1 | -1 => (facts.metric.mode === "max" ? 1 : -1);

/** Steps per member that the rules allow; null when only other rules end the run. */
export function stepsOf({ legs, interval }: RunFacts, stop: StopRule): number | null {
  if (legs.length > 0) return legs.at(-1)!.untilStep;
  const byGenerations = stop.generations === undefined ? Infinity : stop.generations * interval;
  const least = Math.min(stop.steps ?? Infinity, byGenerations);
  return Number.isFinite(least) ? least : null;
}

/** Effective size when scores say nothing: known for truncation. */
export function neutralSizeOf({ rules, members }: RunFacts): number | null {
  const { selection } = rules as {
    readonly selection?: { readonly kind?: string; readonly fraction?: number };
  };
  return selection?.kind === "truncation" && selection.fraction !== undefined && members > 1
    ? neutralEffectiveSize(members, selection.fraction)
    : null;
}

/** How each hyperparameter's axis reads. */
export const hyperparametersOf = ({ space }: RunFacts): HyperparameterFacts[] =>
  space.names.map((name, i) => hyperparameterOf(name, space.distributions[i]!));

const mostCategories = 64;

function hyperparameterOf(name: string, law: Distribution): HyperparameterFacts {
  const category = law.topology === "unordered" || law.kind === "ordinal";
  const discrete = law.cardinality <= mostCategories;
  const [low, high] = [law.decode(0), law.decode(1)];
  const at = (unit: number): HyperparameterFacts["ticks"][number] => {
    const value = law.decode(unit);
    return { at: discrete ? law.encode(value) : unit, value };
  };
  const count = discrete ? law.cardinality : 33;
  const units = Array.from({ length: count }, (_, i) => (discrete ? (i + 0.5) / count : i / (count - 1)));
  return {
    name,
    topology: law.topology,
    scale: category || law.topology === "fixed" ? "category" : law.kind.startsWith("log") ? "log" : "linear",
    law: law.describe(),
    bounds: typeof low === "number" && typeof high === "number" && !category ? [low, high] : null,
    ticks: units.map(at),
  };
}

/** Encoded coordinates that lie on a face of the space, per hyperparameter; null where faces mean nothing. */
export function facesOf({ space }: RunFacts): readonly (readonly [number, number] | null)[] {
  return space.distributions.map((law) =>
    law.topology === "unordered" || law.topology === "fixed"
      ? null
      : [law.encode(law.decode(0)), law.encode(law.decode(1))],
  );
}

/** Encoded coordinates `[K]`; NaN throughout where the values do not fit the space. */
export function encodedOf({ space }: RunFacts, h: Hyperparameters): readonly number[] {
  return space.names.map((name, i) => {
    const value = h[name];
    const law = space.distributions[i]!;
    return value !== undefined && law.contains(value) ? law.encode(value) : Number.NaN;
  });
}
