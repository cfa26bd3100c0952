import type { Hyperparameters, SearchSpace } from "../../space/index.ts";
import { type Baseline, differ } from "./baseline.ts";
import { describe } from "./probe.ts";
import { type CheckLine, fail, pass, unknown, short } from "./report.ts";

/** Coordinates to try for a value that differs, far ones first. */
const COORDINATES = [0.05, 0.95, 0.5, 0.3, 0.7, 0, 1];

/** The hyperparameters with one coordinate moved far away; null when it can take no other value. */
function moved(space: SearchSpace<unknown>, h: Hyperparameters, name: string): Hyperparameters | null {
  const index = space.names.indexOf(name);
  const here = space.encode(h);
  const order = COORDINATES.toSorted((a, b) => Math.abs(b - here[index]!) - Math.abs(a - here[index]!));
  for (const coordinate of order) {
    const value = space.decode(here.with(index, coordinate))[name]!;
    if (value !== h[name]) return { ...h, [name]: value };
  }
  return null;
}

/** Hyperparameters that differ from these in everything that can. */
export function otherHyperparameters(space: SearchSpace<unknown>, h: Hyperparameters): Hyperparameters {
  let other = h;
  for (const [index, name] of space.names.entries()) {
    if (space.distributions[index]!.fixed) continue;
    other = moved(space, other, name) ?? other;
  }
  return other;
}

/** One line per hyperparameter: changed alone after a load, it changes the score. */
export async function effectLines(baseline: Baseline): Promise<CheckLine[]> {
  const { options } = baseline;
  const lines: CheckLine[] = [];
  for (const [index, hyperparameter] of options.space.names.entries()) {
    if (options.space.distributions[index]!.fixed) continue;
    const line = await effectLine(baseline, hyperparameter);
    if (line !== null) lines.push(line);
  }
  return lines;
}

async function effectLine(baseline: Baseline, hyperparameter: string): Promise<CheckLine | null> {
  const { probe, first, second, steps, noise, options } = baseline;
  const h = second.segment.hyperparameters;
  const changed = moved(options.space, h, hyperparameter);
  if (changed === null) return null;
  const name = `${hyperparameter} takes effect after a load`;
  const trial = await probe.run({
    hyperparameters: changed,
    fromStep: steps,
    untilStep: 2 * steps,
    seed: second.segment.seed,
    from: first,
  });
  const change = `${hyperparameter} ${h[hyperparameter]} → ${changed[hyperparameter]}`;
  const advice = `set ${hyperparameter} after loading the state: a restored optimiser brings its old value along`;
  const { outcome } = trial;
  if (outcome.status === "failed" && outcome.cause === "echo")
    return fail(name, `${change}: ${outcome.message}`, advice);
  if (outcome.status !== "ok") {
    return unknown(
      name,
      `${change}: ${describe(trial)}`,
      "a value of the search space should not end the trainer",
    );
  }
  const scores = `${change}: score ${short(second.score, trial.score)} → ${short(trial.score, second.score)}`;
  if (differ(second.score, trial.score, noise)) return pass(name, scores);
  if (outcome.using !== null && Object.hasOwn(outcome.using, hyperparameter)) {
    return unknown(
      name,
      `${scores}; the trainer says that it uses the new value`,
      "if the score should differ, check more steps with --interval",
    );
  }
  return fail(name, `${scores}, no effect`, `${advice}; or check more steps with --interval`);
}
