import { type Columns, plainNumber } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import { dependenceOf } from "../analysis/dependence.ts";
import { genealogyFrom } from "../analysis/genealogy.ts";
import { observationsOf } from "../analysis/observations.ts";
import { pairOf } from "../analysis/pair.ts";
import { leastCopies, leastSamples, relaxationOf, type Trace } from "../analysis/relaxation.ts";
import { type Outline, outlineOf, sliceOf } from "../analysis/slices.ts";
import { sliceText } from "../analysis/verdict.ts";
import { controlOf } from "./control.ts";
import { hyperparametersOf } from "../data/facts.ts";
import { badParameter } from "../failure.ts";
import { samplesWithin } from "../metrics/read.ts";
import type { OpenRun } from "../openRun.ts";
import type { Dependence, PairMeta, SeparationFacts, SliceSet } from "../types.ts";

/** Which hyperparameters fitness depends on, by the whole run; nothing is known of a replay. */
export function dependenceView({ facts, fold }: OpenRun): Dependence {
  const found = facts.legs.length > 0 ? null : dependenceOf(genealogyFrom(fold), key(facts.seed));
  return found ?? { replicates: 0, p: facts.space.names.map(() => null) };
}

/** What sentences on the whole run need of its slices: their lines, without bands. */
export function outlinesView(
  { facts, fold }: OpenRun,
  window: number,
  { p }: Dependence,
): readonly Outline[] {
  const observations = observationsOf(fold, window);
  return hyperparametersOf(facts).map((known, k) =>
    outlineOf({ facts: known, k, observations, p: p[k] ?? null }),
  );
}

/** @param name one hyperparameter, or undefined for all */
export function slicesView(
  run: OpenRun,
  name: string | undefined,
  window: number,
  { p }: Dependence,
): SliceSet {
  const { facts, fold } = run;
  const table = fold.generations!;
  const known = hyperparametersOf(facts);
  const places = name === undefined ? known.map((_, k) => k) : [placeOf(run, name)];
  const observations = observationsOf(fold, window);
  const tested = p.filter((one) => one !== null).length;
  const active = fold.members.filter(({ retired }) => !retired);
  return {
    window,
    metric: facts.metric,
    slices: places.map((k) => {
      const last = table.count - 1;
      const gradient = last < 0 ? Number.NaN : table.selection.at(last * known.length + k);
      const numbers = sliceOf({
        facts: known[k]!,
        k,
        observations,
        rug: active.slice(0, 2000).map(({ coordinates }) => coordinates[k]!),
        gradient: Number.isNaN(gradient) ? null : gradient,
        p: p[k] ?? null,
        key: key(facts.seed),
      });
      return { ...numbers, text: sliceText(numbers, facts.space.distributions[k]!, tested) };
    }),
  };
}

function placeOf({ facts }: OpenRun, name: string): number {
  const k = facts.space.names.indexOf(name);
  if (k < 0) throw badParameter(`needs one of ${facts.space.names.join(", ")}, got ${name.slice(0, 40)}`);
  return k;
}

export function pairView(run: OpenRun, x: string, y: string, window: number): Columns<PairMeta> {
  return pairOf(
    observationsOf(run.fold, window),
    { name: x, k: placeOf(run, x) },
    { name: y, k: placeOf(run, y) },
  );
}

/** Newest copies that the relaxation is measured on. */
const mostCopies = 48;

/** Samples of one segment that are read; of more, one in 8, in 64 … (the last of each bucket). */
const traceItems = 512;

/** −1: every sample. */
const levelFor = (samples: number): number =>
  samples <= traceItems ? -1 : Math.ceil(Math.log(samples / traceItems) / Math.log(8)) - 1;

/** The gauge of separation, from the samples of the segments that followed the newest copies. */
export function separationView(run: OpenRun): SeparationFacts {
  const { facts, fold, reader } = run;
  const { segments } = fold;
  const metric = facts.metric.name;
  const sampled = reader.metricNames().includes(metric);
  const traces: Trace[] = [];
  let copies = 0;
  let level: number | undefined;
  for (let row = segments.count - 1; sampled && row >= 0 && traces.length < mostCopies; row--) {
    if (segments.donor.at(row) < 0 || segments.failed.at(row) === 1) continue;
    copies++;
    const [from, until] = [segments.fromStep.at(row), segments.untilStep.at(row)];
    const grid = { x0: from + 1, x1: until, px: traceItems };
    level ??= levelFor(samplesWithin(reader, metric, segments.member.at(row), grid));
    const range = { from: from + 1, until };
    const points =
      level < 0
        ? reader.metrics(metric, segments.member.at(row), range)
        : reader
            .metricBuckets(metric, segments.member.at(row), level, range)
            .map(({ untilStep, last }) => ({ step: untilStep, value: last }))
            .filter(({ step }) => step <= until);
    if (points.length < leastSamples) {
      if (copies >= 2 * mostCopies) break;
      continue;
    }
    traces.push({ steps: points.map(({ step }) => step - from), values: points.map(({ value }) => value) });
  }
  const measured = relaxationOf(traces, fold.interval);
  const temporal = fold.diagnostics?.temporal;
  const logged = temporal?.separation ?? null;
  const found = {
    r: logged?.value ?? null,
    relaxationSteps: temporal?.relaxation ?? measured.steps,
    fluctuationSteps: temporal?.fluctuation ?? null,
    persistence: temporal?.persistence ?? null,
  };
  return {
    ...found,
    low: logged?.low ?? null,
    high: logged?.high ?? null,
    zone: logged?.regime ?? "unknown",
    interval: fold.interval,
    copies: traces.length,
    curve: measured.curve,
    recommended: temporal?.interval ?? null,
    alarms: temporal?.alarms ?? [],
    text: text(run, sampled, copies, traces.length, {
      ...found,
      recommended: temporal?.interval.steps ?? null,
      reasons: temporal?.interval.reasons ?? [],
    }),
  };
}

interface Found {
  readonly r: number | null;
  readonly relaxationSteps: number | null;
  readonly fluctuationSteps: number | null;
  readonly persistence: number | null;
  readonly recommended: number | null;
  readonly reasons: readonly string[];
}

function text(
  { facts, fold }: OpenRun,
  sampled: boolean,
  copies: number,
  traced: number,
  { r, relaxationSteps, fluctuationSteps, persistence, recommended, reasons }: Found,
): string {
  if (r === null) {
    if (!sampled) {
      return `Unknown: ${facts.metric.name} is only known at the ends of segments. Report it within them, at least ${leastSamples} times.`;
    }
    if (copies < leastCopies)
      return `Unknown: ${copies} copies so far, and at least ${leastCopies} are needed.`;
    if (traced < leastCopies) {
      return `Unknown: too few samples after copies. Report ${facts.metric.name} at least ${leastSamples} times in ${fold.interval} steps.`;
    }
    return "Unknown: so far neither relaxation after copies, fluctuations, nor lineages tell the parameters' slowest time.";
  }
  const slow = Math.max(relaxationSteps ?? 0, fluctuationSteps ?? 0);
  const digits = (value: number): string => plainNumber(Number(value.toPrecision(2)));
  const why =
    persistence !== null && -Math.log(Math.max(persistence, 1e-9)) <= r * 1.01
      ? `${Math.round(100 * persistence)} % of a lineage's advantage is left after ${fold.interval} steps.`
      : `${fold.interval} steps between copies, ${digits(slow)} to come to rest.`;
  const now = `r = ${digits(r)}: ${why}`;
  if (r > 3) return `${now} The scales are apart: fitness at a boundary means the hyperparameters' own.`;
  const apart = Math.ceil((3 * fold.interval) / r / 10) * 10;
  const further =
    recommended !== null && recommended > fold.interval
      ? ` Recommended are ${digits(recommended)} steps, because ${reasons.join("; ")}.`
      : "";
  const advice = Number.isFinite(apart)
    ? ` They are apart (r > 3) from ${digits(apart)} steps between copies on.${further}`
    : further;
  return r < 0.3
    ? `${now} The scales are coupled: selection ${controlOf(facts.rules)?.panel == null ? "sees" : "would see"} the parameters that were copied.${advice}`
    : `${now} The scales are mixed.${advice}`;
}
