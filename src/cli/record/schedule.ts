import type { ScheduleEntry } from "../../engine/index.ts";
import { hyperparameter } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { clip } from "../text/width.ts";

/** One line per hyperparameter: where it began, where it ended, and how often it changed. */
export function scheduleSummary(
  schedule: readonly ScheduleEntry[],
  names: readonly string[],
  cells: number,
): string[] {
  const room = Math.max(10, cells - 11);
  return names.map((name, index) => {
    const values = schedule.map((entry) => hyperparameter(entry.hyperparameters[name]));
    const steps = values.filter((value, at) => at === 0 || value !== values[at - 1]);
    const path =
      steps.length <= 6
        ? steps.join(" → ")
        : `${steps.slice(0, 3).join(" → ")} → … ${steps.length - 5} more … → ${steps.slice(-2).join(" → ")}`;
    return `${index === 0 ? "schedule   " : "           "}${clip(plain(`${name} ${path}`), room)}`;
  });
}
