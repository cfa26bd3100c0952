import type { Best, RunResult } from "../../engine/index.ts";
import { significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";

/** A soup in words: the mean of finalists' states. */
export const soupText = ({ of, mean }: NonNullable<RunResult["soup"]>, metric: string): string =>
  `the mean of ${of.length} finalists' states measures better: ${plain(metric)} ${significant(mean)}`;

/** A finalist's fresh evaluations in words; its first value is what it was selected by. */
export function freshText(
  { mean, interval, evaluations }: NonNullable<Best["reevaluated"]>,
  finalists?: number,
): string {
  const range = interval === null ? "" : ` (95 % ${significant(interval[0])} to ${significant(interval[1])})`;
  const among = finalists === undefined || finalists < 2 ? "" : `, best of ${finalists} finalists`;
  const times = evaluations === 1 ? "once" : `${evaluations} times`;
  return `anew ${times}: ${significant(mean)}${range}${among}`;
}
