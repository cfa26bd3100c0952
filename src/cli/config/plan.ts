import { type PlanOptions, planFrom, type RunPlan, type Trainer } from "../../engine/index.ts";
import { refuse, UsageError } from "../../errors/index.ts";
import { fitnessFrom, mutationFrom, selectionFrom, type Spec } from "../../population/index.ts";
import { commandTrainer, type CommandTrainerOptions } from "../../trainers/index.ts";
import { parseRequirement, type Requirement } from "./require.ts";
import type { RuleSetting, Settings } from "./settings.ts";

/** A run, ready to start. */
export interface Prepared {
  readonly plan: RunPlan;
  readonly trainer: Trainer;
  readonly require: Requirement | null;
}

/**
 * Settings as a plan and a trainer.
 *
 * @throws UsageError with every problem
 */
export function prepare(settings: Settings, cwd: string): Prepared {
  const problems: string[] = [];
  const collect = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  if (settings.space === undefined) {
    problems.push(
      "space: needs at least one hyperparameter. Add --hp lr~'loguniform(1e-4,1)', or space: in the configuration",
    );
  }
  if (settings.metric === undefined) {
    problems.push("metric: needs what selection compares. Add --metric loss:min");
  }
  const interval = settings.interval ?? (settings.stop?.steps === undefined ? undefined : "auto");
  if (interval === undefined) {
    problems.push(
      "interval: needs the steps between slow steps. Add --interval 50; with --steps it is measured",
    );
  }
  if (settings.stop === undefined) problems.push("stop: needs an end. Add --steps 1000");
  const selection = collect(() => ruleOf(settings.selection, selectionFrom));
  const mutation = collect(() => ruleOf(settings.mutation, mutationFrom));
  const fitness = collect(() => ruleOf(settings.fitness, fitnessFrom));
  const trainer = collect(() => trainerOf(settings, cwd));
  refuse(problems);
  const options: PlanOptions = {
    name: settings.name ?? "run",
    space: settings.space!,
    metric: settings.metric!,
    slow: {
      interval: interval!,
      ...given({ selection, mutation, fitness, control: settings.control }),
    },
    stop: settings.stop!,
    ...given({
      members: settings.members,
      seed: settings.seed,
      mode: settings.mode,
      retries: settings.retries,
      minAlive: settings.minAlive,
      reevaluate: settings.reevaluate,
      founders: settings.founders,
    }),
  };
  const plan = planFrom(options);
  const require = settings.require === undefined ? null : parseRequirement(settings.require);
  if (require !== null && require.metric !== plan.metric.name) {
    throw new UsageError(`--require: the best member is judged by ${plan.metric.name}, got ${require.text}`);
  }
  return { plan, trainer: trainer!, require };
}

/** The trainer of a run. @throws UsageError when there is none */
export function trainerOf(settings: Settings, cwd: string): Trainer {
  const { trainer, command } = settings;
  if (trainer !== undefined) {
    if (command?.command !== undefined) {
      throw new UsageError("trainer: the configuration has one and -- gives another; choose one");
    }
    return trainer;
  }
  return commandTrainer(commandOf(settings, cwd));
}

/** The options of a run's program. @throws UsageError when there is none */
export function commandOf({ command }: Settings, cwd: string): CommandTrainerOptions {
  if (command?.command === undefined) {
    throw new UsageError(
      "trainer: needs a program. Add -- python train.py …, or trainer: in the configuration",
    );
  }
  return { cwd, ...command, command: command.command };
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without what is undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** A rule, made if it was only described. */
export function ruleOf<Rule extends { readonly spec: Spec }>(
  setting: RuleSetting<Rule> | undefined,
  from: (spec: Spec) => Rule,
): Rule | undefined {
  if (setting === undefined) return undefined;
  return isRule(setting) ? setting : from(setting);
}

const isRule = <Rule extends { readonly spec: Spec }>(setting: RuleSetting<Rule>): setting is Rule =>
  typeof setting["spec"] === "object" && setting["spec"] !== null && "kind" in setting.spec;
