import type { Trainer } from "../../engine/index.ts";
import { key, stream } from "../../random/index.ts";
import { fingerprint } from "../protocol/checkpoint.ts";
import type { Baseline, CheckOptions } from "./baseline.ts";
import { effectLines } from "./effects.ts";
import { echoLine, loadLine, repeatLine, sameScoreLine, stepLine } from "./judgements.ts";
import { describe, openProbe, type Probe, type Trial } from "./probe.ts";
import { type CheckLine, type CheckReport, fail, pass } from "./report.ts";
import { killLine, nanLine, noiseLine } from "./stress.ts";

/** From the range of a few equal segments to the largest difference that noise explains. */
const NOISE_FACTOR = 4;

/**
 * Proves by experiment that a trainer keeps its side: it saves and loads what its score depends on, new
 * hyperparameters take effect after a load, its step counter goes on, it reports NaN, noise on standard output does
 * no harm, and a kill leaves nothing half done. Takes about 12 segments, and one for each hyperparameter.
 * @throws UsageError when the trainer cannot be opened at all
 */
export async function checkTrainer(trainer: Trainer, options: CheckOptions): Promise<CheckReport> {
  const lines: CheckLine[] = [];
  const add = (line: CheckLine): void => {
    lines.push(line);
    options.onLine?.(line);
  };
  const probe = await openProbe(trainer, options.space, options.metric, options.directory);
  try {
    const baseline = await prepare(probe, options, add);
    if (baseline !== null) await judgeAll(baseline, add);
  } finally {
    await probe.close();
  }
  return { lines, ok: lines.every(({ status }) => status !== "fail") };
}

async function prepare(
  probe: Probe,
  options: CheckOptions,
  add: (line: CheckLine) => void,
): Promise<Baseline | null> {
  const steps = options.interval ?? 10;
  const seed = options.seed ?? 1;
  const hyperparameters = options.space.sample(stream(key(seed), "check"));
  const begin = { hyperparameters, fromStep: 0, untilStep: steps, seed };
  const first = await probe.run(begin);
  if (first.outcome.status !== "ok") {
    add(fail("runs a first segment", describe(first), adviceFor(first)));
    return null;
  }
  add(
    pass("runs a first segment", `steps 0 to ${steps}, ${describe(first)}, ${Math.round(first.tookMs)} ms`),
  );
  const untouched = await fingerprint(first.segment.save);
  const again = await probe.run(begin);
  const second = await probe.run({
    ...begin,
    fromStep: steps,
    untilStep: 2 * steps,
    seed: seed + 1,
    from: first,
  });
  if (second.outcome.status !== "ok") {
    add(fail("goes on from its own state", describe(second), adviceFor(second)));
    return null;
  }
  add(pass("goes on from its own state", `steps ${steps} to ${2 * steps}, ${describe(second)}`));
  const scores = [first.score, again.score];
  if (!Object.is(first.score, again.score)) {
    for (let i = 0; i < 2; i++) scores.push((await probe.run(begin)).score);
  }
  const finite = scores.filter((score) => score !== null && Number.isFinite(score)) as number[];
  const noise = finite.length === 0 ? 0 : NOISE_FACTOR * (Math.max(...finite) - Math.min(...finite));
  return { probe, options, steps, first, again, second, noise, untouched };
}

async function judgeAll(baseline: Baseline, add: (line: CheckLine) => void): Promise<void> {
  const { first } = baseline;
  add(repeatLine(baseline));
  add(await sameScoreLine(baseline));
  add(await loadLine(baseline));
  for (const line of await effectLines(baseline)) add(line);
  add(echoLine(baseline));
  add(stepLine(baseline));
  add(await nanLine(baseline));
  if (baseline.options.noisy !== undefined) add(await noiseLine(baseline, baseline.options.noisy));
  add(await killLine(baseline));
  const name = "leaves the state that it loads alone";
  add(
    (await fingerprint(first.segment.save)) === baseline.untouched
      ? pass(name, "its files are untouched after every segment")
      : fail(
          name,
          "its files have changed",
          "write into {save} only: {load} may be the state of other members too",
        ),
  );
}

function adviceFor({ outcome }: Trial): string {
  const cause = outcome.status === "failed" ? outcome.cause : "";
  switch (cause) {
    case "metric":
      return 'print a line polytempo {"NAME": value} at the end, or name --metric-regex or --metric-file';
    case "checkpoint":
      return "write the whole state into {save}, and nothing into {load}";
    case "step":
      return "store the step in the state, go on from it after a load, and stop at {until}";
    case "echo":
      return "set the hyperparameters after loading the state: a restored optimiser brings its old ones along";
    case "timeout":
      return "raise the time limit, or check fewer steps with --interval";
    default:
      return "run the command by hand with the same arguments until it works";
  }
}
