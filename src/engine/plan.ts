import { refuse, UsageError } from "../errors/index.ts";
import {
  autoFitness,
  type Fitness,
  gaussian,
  type Mutation,
  type Rules,
  rulesFrom,
  rulesSpec,
  type Selection,
  truncation,
} from "../population/index.ts";
import { type Hyperparameters, type Json, type SearchSpace, searchSpaceFrom } from "../space/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import { automaticIntervals, firstInterval } from "./interval.ts";
import { type ReevaluationOption, reevaluationFrom } from "./reevaluation.ts";
import { stopProblems } from "./stop.ts";
import type { Leg, RunPlan, StopRule } from "./types.ts";

/** Version of the decision log's bodies: since 2 diagnostics hold movement, load and what training did. */
const newest = 2;

/** The slow clock's rules as users write them; what is left out takes the default of the table in the manual. */
export interface SlowOptions {
  /** Default: `truncation({ fraction: 0.2 })`. */
  readonly selection?: Selection;
  /** Default: `gaussian({ sigma: 0.1 })`. */
  readonly mutation?: Mutation;
  /** Default: `autoFitness()`. */
  readonly fitness?: Fitness;
  /**
   * Steps between slow steps; `auto`: 1/30 of `stop.steps`, and in a synchronous run less, down to a tenth of that, where it
   * measures that the clocks are clearly apart. Every change is in the decision log with its reasons.
   */
  readonly interval: number | "auto";
  /** Default: `none`. */
  readonly control?: Rules["control"];
}

/** What fixes a run's decisions, as users write it. */
export interface PlanOptions {
  /** Name for people; default: the last part of the directory. */
  readonly name?: string;
  readonly space: SearchSpace<unknown>;
  /** Default 16. */
  readonly members?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Where the first members begin, in place of a draw: all hyperparameters by flat name. At most `members`. */
  readonly founders?: readonly Hyperparameters[];
  /** `{ name: "loss", mode: "min" }`, or `"loss:min"`. */
  readonly metric: string | { readonly name: string; readonly mode: "min" | "max" };
  readonly slow: SlowOptions;
  /** Default `synchronous`. */
  readonly mode?: "synchronous" | "asynchronous";
  readonly stop: StopRule;
  /** Default 1. */
  readonly retries?: number;
  /** Default 1. */
  readonly minAlive?: number;
  /**
   * Whether the winner is chosen among finalists by fresh evaluations of their states: false, or the number of
   * evaluations of each, or in detail. Default: 4 evaluations of 5 finalists where the trainer can measure a saved
   * state at once (TypeScript and vectorised trainers), off for programs, which would run for each of them.
   */
  readonly reevaluate?: ReevaluationOption;
}

/**
 * Fills in the defaults and checks everything.
 * @throws UsageError with every problem found
 * @example
 * planFrom({ space, metric: "loss:min", slow: { interval: 50 }, stop: { steps: 1000 } }).members; // 16
 */
export function planFrom(options: PlanOptions): RunPlan {
  const problems: string[] = [];
  const integer = (place: string, value: number, low: number, high = Number.MAX_SAFE_INTEGER): void => {
    if (Number.isSafeInteger(value) && value >= low && value <= high) return;
    const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
    problems.push(`${place}: needs an integer ${range}, got ${String(value)}`);
  };
  const { members = 16, seed = 0, retries = 1, mode = "synchronous", minAlive = 1, stop } = options;
  integer("members", members, 1, 1_000_000);
  integer("seed", seed, 0);
  integer("retries", retries, 0);
  integer("minAlive", minAlive, 1, Math.max(1, members));
  if (mode !== "synchronous" && mode !== "asynchronous") {
    problems.push(`mode: needs synchronous or asynchronous, got ${String(mode)}`);
  }
  if (!Array.isArray(options.space?.names)) {
    problems.push("space: needs a search space. Make one with searchSpace({ lr: logUniform(1e-5, 1e-1) })?");
  }
  if (typeof stop !== "object" || stop === null) problems.push("stop: needs { steps }, { generations } …");
  else problems.push(...stopProblems(stop));
  if (options.founders !== undefined)
    problems.push(...founderProblems(options.founders, members, options.space));
  const metric = metricFrom(options.metric, problems);
  const reevaluate = reevaluationFrom(options.reevaluate, problems);
  const interval = intervalFrom(options.slow?.interval, stop, problems);
  const { selection, mutation, fitness, control = "none" } = options.slow ?? {};
  if (!["none", "random-search", "frozen"].includes(control)) {
    problems.push(`slow.control: needs none, random-search or frozen, got ${String(control)}`);
  }
  refuse(problems);
  const name = options.name ?? "run";
  const rules: Rules = {
    selection: selection ?? truncation({ fraction: 0.2 }),
    mutation: mutation ?? gaussian({ sigma: 0.1 }),
    fitness: fitness ?? autoFitness(),
    sign: metric.mode === "max" ? 1 : -1,
    control,
  };
  return {
    name,
    space: options.space,
    rules,
    members,
    seed,
    metric,
    interval,
    ...(options.slow.interval === "auto" && mode === "synchronous" ? { adaptive: "careful" as const } : {}),
    mode,
    stop,
    retries,
    minAlive,
    ...(reevaluate === undefined ? {} : { reevaluate }),
    ...(options.founders === undefined ? {} : { founders: options.founders }),
  };
}

function founderProblems(
  founders: readonly Hyperparameters[],
  members: number,
  space: SearchSpace<unknown> | undefined,
): string[] {
  if (!Array.isArray(founders)) return [`founders: needs a list of hyperparameters, got ${typeof founders}`];
  const given = founders as readonly Hyperparameters[];
  const many =
    given.length > members
      ? [`founders: needs at most members = ${members} entries, got ${given.length}`]
      : [];
  return [
    ...many,
    ...given.flatMap((founder, i) => {
      try {
        space?.encode(founder);
        return [];
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return error.problems.map((problem) => `founders[${i}].${problem}`);
      }
    }),
  ];
}

function metricFrom(metric: PlanOptions["metric"], problems: string[]): RunPlan["metric"] {
  const parts = typeof metric === "string" ? metric.match(/^(.+):(min|max)$/) : null;
  const name = parts?.[1] ?? (typeof metric === "object" ? metric?.name : undefined);
  const mode = parts?.[2] ?? (typeof metric === "object" ? metric?.mode : undefined);
  if (typeof name !== "string" || name === "" || (mode !== "min" && mode !== "max")) {
    problems.push(`metric: needs a name and min or max, such as "loss:min", got ${JSON.stringify(metric)}`);
    return { name: "", mode: "min" };
  }
  return { name, mode };
}

function intervalFrom(interval: unknown, stop: StopRule | undefined, problems: string[]): number {
  if (interval === "auto") {
    if (stop?.steps === undefined) {
      problems.push(`slow.interval: "auto" needs stop.steps, of which it takes 1/${automaticIntervals}`);
      return 1;
    }
    return firstInterval(stop.steps);
  }
  if (typeof interval === "number" && Number.isSafeInteger(interval) && interval >= 1) return interval;
  problems.push(
    `slow.interval: needs a number of steps (an integer of at least 1) or "auto", got ${String(interval)}`,
  );
  return 1;
}

/** The first event of a decision log: all that fixes its decisions, and nothing else. */
export function runEvent(plan: RunPlan): DecisionEvent {
  const { members, seed, interval, mode, retries, minAlive } = plan;
  return {
    generation: 0,
    kind: "run",
    member: null,
    body: {
      format: plan.format ?? newest,
      members,
      seed,
      interval,
      mode,
      retries,
      minAlive,
      metric: { ...plan.metric },
      stop: { ...plan.stop },
      space: plan.space.spec,
      rules: rulesSpec(plan.rules),
      ...(plan.adaptive === undefined ? {} : { adaptive: plan.adaptive }),
      ...((plan.reevaluate ?? null) === null ? {} : { reevaluate: { ...plan.reevaluate } }),
      ...(plan.founders === undefined ? {} : { founders: plan.founders.map((founder) => ({ ...founder })) }),
      ...(plan.legs === undefined
        ? {}
        : {
            legs: plan.legs.map((leg) => ({ ...leg })),
            sourceMembers: plan.sourceMembers ?? plan.members,
          }),
    },
  };
}

/**
 * The plan that a run event holds.
 * @throws UsageError when the event is of a newer format or names a rule that this version does not know
 */
export function planOf(event: DecisionEvent, name: string): RunPlan {
  const body = event.body;
  if (event.kind !== "run" || (body.format !== 1 && body.format !== newest)) {
    throw new UsageError(
      `decision log: begins with ${event.kind}, format ${JSON.stringify(body.format ?? null)}; this version reads formats 1 and ${newest}`,
    );
  }
  const plain = body as unknown as Omit<RunPlan, "name" | "space" | "rules"> & { space: Json; rules: Json };
  const { members, seed, interval, mode, retries, minAlive, metric, stop, founders, legs, sourceMembers } =
    plain;
  const reevaluate = plain.reevaluate ?? null;
  return {
    name,
    space: searchSpaceFrom(plain.space),
    rules: rulesFrom(plain.rules),
    members,
    seed,
    interval,
    mode,
    retries,
    minAlive,
    metric,
    stop,
    reevaluate,
    ...(body.format === 1 ? { format: 1 } : {}),
    ...(plain.adaptive === undefined ? {} : { adaptive: adaptiveFrom(plain.adaptive) }),
    ...(founders === undefined ? {} : { founders }),
    ...(legs === undefined ? {} : { legs }),
    ...(sourceMembers === undefined ? {} : { sourceMembers }),
  };
}

function adaptiveFrom(adaptive: unknown): "careful" | true {
  if (adaptive === true || adaptive === "careful") return adaptive;
  throw new UsageError(`decision log: an unknown rule for the interval, ${JSON.stringify(adaptive)}`);
}

/**
 * What two run events disagree on, one line for each place: `rules.selection.fraction: the run has 0.2, now 0.3`.
 * Rules of stopping are left out: a resume may change them. So is the format: a log goes on in the one that it has.
 */
export function planDifferences(stored: DecisionEvent, wanted: DecisionEvent): string[] {
  const found: string[] = [];
  const compare = (place: string, a: Json | undefined, b: Json | undefined): void => {
    if (isRecord(a) && isRecord(b)) {
      for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const inner = place === "" ? name : `${place}.${name}`;
        if (inner !== "stop" && inner !== "format") compare(inner, a[name], b[name]);
      }
      return;
    }
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      for (const [i, value] of (a as readonly Json[]).entries()) compare(`${place}[${i}]`, value, b[i]);
      return;
    }
    const [was, is] = [JSON.stringify(a), JSON.stringify(b)];
    if (was !== is) found.push(`${place}: the run has ${was ?? "nothing"}, now ${is ?? "nothing"}`);
  };
  compare("", stored.body, wanted.body);
  return found;
}

const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A plan that replays legs: one member, no selection. */
export function replayPlan(source: RunPlan, legs: readonly Leg[], name: string): RunPlan {
  const steps = legs.at(-1)?.untilStep ?? 0;
  const { founders: _, adaptive: __, format: ___, ...rest } = source;
  return {
    ...rest,
    name,
    members: 1,
    sourceMembers: source.sourceMembers ?? source.members,
    mode: "synchronous",
    minAlive: 1,
    stop: { steps: Math.max(1, steps) },
    reevaluate: null,
    legs,
  };
}
