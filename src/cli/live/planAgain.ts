import { reevaluationFrom, type RunPlan } from "../../engine/index.ts";
import { fitnessFrom, mutationFrom, selectionFrom } from "../../population/index.ts";
import { ruleOf } from "../config/plan.ts";
import type { Settings } from "../config/settings.ts";

/** Names of settings that fix a run's decisions and that a configuration may state. */
const deciding = [
  "space",
  "metric",
  "members",
  "seed",
  "founders",
  "interval",
  "mode",
  "selection",
  "mutation",
  "fitness",
  "control",
  "retries",
  "minAlive",
  "reevaluate",
] as const satisfies readonly (keyof Settings)[];

/** The deciding settings that flags gave at launch: there the configuration had no say. */
export const overridesOf = (flags: Settings): string[] =>
  deciding.filter((name) => flags[name] !== undefined);

/**
 * The plan that a configuration asks for when a run is resumed with it: what it states in place of the run's own,
 * save what flags overrode at launch, and save rules of stopping, which a resume changes by flags.
 */
export function planAgain(stored: RunPlan, settings: Settings, overrides: readonly string[]): RunPlan {
  const said: Settings = Object.fromEntries(
    Object.entries(settings).filter(([name]) => !overrides.includes(name)),
  );
  const selection = ruleOf(said.selection, selectionFrom);
  const mutation = ruleOf(said.mutation, mutationFrom);
  const fitness = ruleOf(said.fitness, fitnessFrom);
  const { adaptive, ...rest } = stored;
  const reevaluate = reevaluationFrom(said.reevaluate, []);
  return {
    ...rest,
    ...(adaptive !== undefined && typeof said.interval !== "number" ? { adaptive } : {}),
    ...(reevaluate === undefined ? {} : { reevaluate }),
    space: said.space ?? stored.space,
    metric: said.metric ?? stored.metric,
    members: said.members ?? stored.members,
    seed: said.seed ?? stored.seed,
    // Automatic intervals follow from the steps of the launch.
    interval: typeof said.interval === "number" ? said.interval : stored.interval,
    mode: said.mode ?? stored.mode,
    retries: said.retries ?? stored.retries,
    minAlive: said.minAlive ?? stored.minAlive,
    ...(said.founders === undefined ? {} : { founders: said.founders }),
    rules: {
      ...stored.rules,
      ...(selection === undefined ? {} : { selection }),
      ...(mutation === undefined ? {} : { mutation }),
      ...(fitness === undefined ? {} : { fitness }),
      ...(said.metric === undefined ? {} : { sign: said.metric.mode === "max" ? 1 : -1 }),
      ...(said.control === undefined ? {} : { control: said.control }),
    },
  };
}
