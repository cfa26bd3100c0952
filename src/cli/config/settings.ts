import type { ReevaluationOption, StopRule, Trainer } from "../../engine/index.ts";
import type { Fitness, Mutation, Selection, Spec } from "../../population/index.ts";
import type { Hyperparameters, SearchSpace } from "../../space/index.ts";

/** How a program is run as a trainer, as the user wrote it. */
export interface CommandSettings {
  readonly command?: readonly string[];
  readonly level?: 1 | 2 | 3 | "auto";
  readonly shell?: boolean;
  readonly metricRegex?: string;
  readonly metricFile?: string;
  readonly timeoutMs?: number;
  readonly restart?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A rule as the user gave it: made already (a module), or described (file, flag). */
export type RuleSetting<Rule> = Rule | Spec;

/** What is known of a run from one place: a file, a module or the flags. Later places override earlier ones. */
export interface Settings {
  readonly name?: string;
  readonly trainer?: Trainer;
  readonly command?: CommandSettings;
  readonly space?: SearchSpace<unknown>;
  readonly metric?: { readonly name: string; readonly mode: "min" | "max" };
  readonly members?: number;
  readonly seed?: number;
  readonly founders?: readonly Hyperparameters[];
  readonly interval?: number | "auto";
  readonly mode?: "synchronous" | "asynchronous";
  readonly stop?: StopRule;
  readonly selection?: RuleSetting<Selection>;
  readonly mutation?: RuleSetting<Mutation>;
  readonly fitness?: RuleSetting<Fitness>;
  readonly control?: "none" | "random-search" | "frozen";
  readonly retries?: number;
  readonly minAlive?: number;
  readonly reevaluate?: ReevaluationOption;
  readonly slots?: number;
  readonly gpus?: readonly string[];
  readonly directory?: string;
  readonly keep?: "lineages" | "all" | "last";
  readonly diskBudgetBytes?: number;
  readonly require?: string;
}

/** The later settings over the earlier ones; trainers' options and stop rules are joined name by name. */
export function layered(...layers: readonly Settings[]): Settings {
  let result: Settings = {};
  for (const layer of layers) {
    const command = { ...result.command, ...layer.command };
    const stop = { ...result.stop, ...layer.stop };
    const { command: _, stop: __, ...others } = layer;
    result = {
      ...result,
      ...others,
      ...(Object.keys(command).length === 0 ? {} : { command }),
      ...(Object.keys(stop).length === 0 ? {} : { stop }),
    };
  }
  return result;
}
