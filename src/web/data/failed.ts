import { manifest } from "./run.ts";

/** Why panels of values have nothing to draw: the run failed; null: it did not. */
export function failedBefore(): string | null {
  const run = manifest.value;
  if (run?.failure?.valueless !== true) return null;
  const over = run.phase !== "live" && run.phase !== "elsewhere";
  return over
    ? `The run failed before any value of ${run.metric.name}: ${run.failure.reason}.`
    : `Every segment has failed so far: ${run.failure.reason}.`;
}
