import { ECHO_TOLERANCE } from "../protocol/echo.ts";
import { type Baseline, differ } from "./baseline.ts";
import { otherHyperparameters } from "./effects.ts";
import { describe } from "./probe.ts";
import { type CheckLine, fail, pass, unknown, short } from "./report.ts";

/** The same segment twice gives the same score. */
export function repeatLine({ first, again, noise }: Baseline): CheckLine {
  const name = "gives the same score twice for the same seed";
  if (again.outcome.status !== "ok") {
    return fail(
      name,
      `the second time: ${describe(again)}`,
      "a segment must be repeatable: it is tried again after a failure",
    );
  }
  if (Object.is(first.score, again.score))
    return pass(name, `${short(first.score, again.score)} and ${short(again.score, first.score)}`);
  return unknown(
    name,
    `${short(first.score, again.score)} and ${short(again.score, first.score)}; differences up to ${short(noise)} count as noise from here on`,
    "seed every generator from {seed} if you want runs that repeat exactly; runs also work without",
  );
}

/** A segment of no steps gives the score of the state that it loads. */
export async function sameScoreLine({ probe, first, steps, noise }: Baseline): Promise<CheckLine> {
  const name = "save, load, same score";
  const still = await probe.run({
    hyperparameters: first.segment.hyperparameters,
    fromStep: steps,
    untilStep: steps,
    seed: first.segment.seed,
    from: first,
  });
  if (still.outcome.status !== "ok") {
    return unknown(
      name,
      `the trainer does not take a segment of no steps (from ${steps} until ${steps}): ${describe(still)}`,
      "evaluate and report after loading even when there is no step to train",
    );
  }
  if (!differ(first.score, still.score, noise))
    return pass(name, `${short(first.score, still.score)} before, ${short(still.score, first.score)} after`);
  return fail(
    name,
    `${short(first.score, still.score)} before, ${short(still.score, first.score)} after`,
    "save everything that the score depends on: parameters, optimiser, averages and normalisation, step; score on fixed data, not on the last training batch",
  );
}

/** Two different states lead to two different scores. */
export async function loadLine(baseline: Baseline): Promise<CheckLine> {
  const { probe, first, second, steps, noise, options } = baseline;
  const name = "the state that is loaded matters";
  const other = await probe.run({
    hyperparameters: otherHyperparameters(options.space, first.segment.hyperparameters),
    fromStep: 0,
    untilStep: steps,
    seed: first.segment.seed + 1000,
  });
  if (other.outcome.status !== "ok") {
    return unknown(name, `no second state to compare with: ${describe(other)}`);
  }
  const { hyperparameters, seed } = second.segment;
  const from = await probe.run({
    hyperparameters,
    fromStep: steps,
    untilStep: 2 * steps,
    seed,
    from: other,
  });
  if (from.outcome.status !== "ok") return unknown(name, `from another state: ${describe(from)}`);
  if (differ(second.score, from.score, noise)) {
    return pass(
      name,
      `from one state ${short(second.score, from.score)}, from another ${short(from.score, second.score)}`,
    );
  }
  if (!differ(first.score, other.score, noise)) {
    return unknown(
      name,
      `two different trainings both have the score ${short(first.score)}`,
      "check more steps with --interval",
    );
  }
  return fail(
    name,
    `states with the scores ${short(first.score, other.score)} and ${short(other.score, first.score)} both lead to ${short(from.score)}`,
    "load the state from {load} (POLYTEMPO_LOAD) before training",
  );
}

/** The trainer says which hyperparameters it uses. */
export function echoLine({ second, options }: Baseline): CheckLine {
  const name = "says which hyperparameters it uses";
  const using = second.outcome.status === "ok" ? second.outcome.using : null;
  if (using === null) {
    return unknown(
      name,
      "it says nothing: hyperparameters are shown as unverified",
      'give "using" with the final report, read from the optimiser (levels 2 and 3)',
    );
  }
  const missing = options.space.names.filter((hyperparameter) => !Object.hasOwn(using, hyperparameter));
  return missing.length === 0
    ? pass(name, `all ${options.space.names.length} agree to a relative ${ECHO_TOLERANCE}`)
    : unknown(name, `it leaves out ${missing.join(", ")}`, 'give every hyperparameter in "using"');
}

/** Reports carry steps that go on after a load. */
export function stepLine({ second, steps }: Baseline): CheckLine {
  const name = "the step counter goes on";
  const seen = second.reports.map(({ step }) => step);
  const last = seen.at(-1);
  if (last === undefined) {
    return unknown(
      name,
      "its reports have no step",
      'add "step" to each report, counted from the beginning of training',
    );
  }
  if (last === 2 * steps)
    return pass(name, `reports at ${seen.slice(-4).join(", ")} in the segment ${steps} to ${2 * steps}`);
  return unknown(
    name,
    `the last report of the segment ${steps} to ${2 * steps} is at ${last}`,
    "report once more after the last step",
  );
}
