import { join } from "node:path";
import type { Trainer } from "../../engine/index.ts";
import { type Baseline, differ } from "./baseline.ts";
import { describe, openProbe } from "./probe.ts";
import { type CheckLine, fail, pass, unknown, short } from "./report.ts";

/** A diverged training says so and ends in order. */
export async function nanLine({ probe, first, second, steps, options }: Baseline): Promise<CheckLine> {
  const name = "reports NaN when training diverges";
  const { space } = options;
  const seen: string[] = [];
  for (const corner of [1, 0]) {
    const moved = space.decode(
      space
        .encode(first.segment.hyperparameters)
        .map((at, i) => (space.distributions[i]!.fixed ? at : corner)),
    );
    const trial = await probe.run({
      hyperparameters: moved,
      fromStep: steps,
      untilStep: 2 * steps,
      seed: second.segment.seed,
      from: first,
    });
    const { outcome } = trial;
    const nan =
      (trial.score !== null && !Number.isFinite(trial.score)) ||
      (outcome.status === "failed" && outcome.cause === "nan");
    if (nan)
      return pass(name, `at the ${corner === 1 ? "upper" : "lower"} bounds of the space: ${describe(trial)}`);
    if (outcome.status === "failed" && outcome.cause === "exit") {
      return unknown(
        name,
        `at the ${corner === 1 ? "upper" : "lower"} bounds of the space: ${describe(trial)}`,
        "if this is divergence, report the NaN and end with exit code 0: the member is replaced without being tried again",
      );
    }
    seen.push(String(trial.score ?? outcome.status));
  }
  return unknown(name, `nothing diverged at the bounds of the space (scores ${seen.join(" and ")})`);
}

/** Printing all kinds of things does no harm. */
export async function noiseLine({ first, options, noise }: Baseline, noisy: Trainer): Promise<CheckLine> {
  const name = "noise on standard output is harmless";
  const probe = await openProbe(noisy, options.space, options.metric, join(options.directory, "noisy"));
  try {
    const { hyperparameters, fromStep, untilStep, seed } = first.segment;
    const trial = await probe.run({ hyperparameters, fromStep, untilStep, seed });
    if (trial.outcome.status === "ok" && !differ(first.score, trial.score, noise)) {
      return pass(name, `${describe(trial)} behind bytes, long lines and half reports`);
    }
    return fail(
      name,
      `${describe(trial)}, without noise ${short(first.score)}`,
      "report through POLYTEMPO_REPORT (level 2), or make --metric-regex match only the line that is meant",
    );
  } finally {
    await probe.close();
  }
}

/** Killed at three moments, a segment leaves nothing that could be taken for its result, and can be tried again. */
export async function killLine(baseline: Baseline): Promise<CheckLine> {
  const { probe, first, second, noise } = baseline;
  const name = "a kill leaves no half checkpoint";
  const { hyperparameters, fromStep, untilStep, seed } = second.segment;
  const input = { hyperparameters, fromStep, untilStep, seed, from: first };
  let killed = 0;
  for (const part of [0.3, 0.6, 0.9]) {
    const trial = await probe.run({ ...input, killAfterMs: part * second.tookMs });
    if (trial.outcome.status === "lost") killed++;
    else if (trial.outcome.status === "failed") {
      return fail(name, describe(trial), "end on SIGTERM without reporting a failure");
    }
  }
  if (killed === 0)
    return unknown(name, "every segment had ended before the kill", "check more steps with --interval");
  const retry = await probe.run(input);
  if (retry.outcome.status !== "ok") {
    return fail(
      name,
      `the segment after ${killed} kills: ${describe(retry)}`,
      "leave no lock or temporary file behind that stops the next attempt",
    );
  }
  if (differ(second.score, retry.score, noise)) {
    return fail(
      name,
      `${short(second.score, retry.score)} before the kills, ${short(retry.score, second.score)} after them`,
      "keep state in {save} only: something outside it survived the kill",
    );
  }
  return pass(name, `${killed} kills, none was taken for a result; the retry gives ${short(retry.score)}`);
}
