import type { Trainer } from "../../engine/index.ts";
import { refuse, UsageError } from "../../errors/index.ts";
import { didYouMean } from "../text/suggest.ts";
import type { Settings } from "./settings.ts";
import { metricText } from "./values.ts";

const topKeys = [
  "name",
  "trainer",
  "space",
  "metric",
  "members",
  "seed",
  "founders",
  "slow",
  "mode",
  "stop",
  "retries",
  "minAlive",
  "reevaluate",
  "directory",
  "slots",
  "gpus",
  "keep",
  "diskBudgetBytes",
  "require",
] as const;

const slowKeys = ["selection", "mutation", "fitness", "interval", "control"] as const;

/**
 * The settings in a module's default export: the options of `run`, flat. Values are checked with the whole plan, later;
 * here only names are.
 *
 * @throws UsageError naming every unknown key
 */
export function settingsOfModule(file: string, exported: unknown): Settings {
  if (typeof exported !== "object" || exported === null) {
    throw new UsageError(`${file}: the default export needs to be the run's options, got ${typeof exported}`);
  }
  const options = exported as Readonly<Record<string, unknown>>;
  const slow = (options["slow"] ?? {}) as Readonly<Record<string, unknown>>;
  const problems = [
    ...unknownKeys(options, topKeys, `${file}: `),
    ...unknownKeys(slow, slowKeys, `${file}: slow.`),
  ];
  const { metric } = options;
  const reading = typeof metric === "string" ? metricText(metric) : undefined;
  if (reading !== undefined && "problem" in reading) problems.push(`${file}: metric: ${reading.problem}`);
  if (options["trainer"] !== undefined && !isTrainer(options["trainer"])) {
    problems.push(`${file}: trainer: needs a trainer, made with defineTrainer or commandTrainer`);
  }
  refuse(problems);
  const flat: Record<string, unknown> = {};
  for (const key of topKeys) if (key !== "slow" && options[key] !== undefined) flat[key] = options[key];
  for (const key of slowKeys) if (slow[key] !== undefined) flat[key] = slow[key];
  if (reading !== undefined && "value" in reading) flat["metric"] = reading.value;
  // Names are checked above, and planFrom checks every value.
  return flat as Settings;
}

const unknownKeys = (
  object: Readonly<Record<string, unknown>>,
  known: readonly string[],
  place: string,
): string[] =>
  Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => `${place}${key}: unknown key.${didYouMean(key, known)}`);

const isTrainer = (value: unknown): value is Trainer =>
  typeof value === "object" && value !== null && "open" in value && typeof value.open === "function";
