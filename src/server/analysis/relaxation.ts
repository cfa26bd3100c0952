import { median } from "../../math/index.ts";

/** Samples of the metric in one segment: steps since its beginning, and values. */
export interface Trace {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** How the metric comes to rest after a copy. */
export interface Relaxation {
  /** Steps to fall to 1/e of the excess; null: not seen. */
  readonly steps: number | null;
  readonly curve: readonly {
    readonly step: number;
    readonly excess: number;
    readonly standardError: number;
  }[];
}

const points = 24;
/** Fewer samples in a segment, and its relaxation is not seen. */
export const leastSamples = 8;
/** Fewer copies, and the curve says nothing. */
export const leastCopies = 4;

/**
 * Relaxation after copies: the mean over copies of |value(t) − value(end)|, relative to the first, and a log-linear fit
 * over its decay to 20 %.
 * @param traces one per copy
 * @see docs/theory, T9.1
 */
export function relaxationOf(traces: readonly Trace[], interval: number): Relaxation {
  const sound = traces.filter(({ steps }) => steps.length >= leastSamples);
  if (sound.length < leastCopies) return { steps: null, curve: [] };
  const curve = meanCurve(
    sound.map((trace) => excessOf(trace, interval)),
    interval,
  );
  return { steps: decayTime(curve), curve };
}

/** |value − end| on a grid of the interval `[points]`; the end is the median of the last quarter. */
function excessOf({ steps, values }: Trace, interval: number): Float64Array {
  const tail = values.slice(Math.floor(values.length * 0.75));
  const end = median(tail);
  const out = new Float64Array(points).fill(Number.NaN);
  const count = new Uint32Array(points);
  for (const [i, step] of steps.entries()) {
    const at = Math.min(points - 1, Math.max(0, Math.floor((step / interval) * points)));
    const excess = Math.abs(values[i]! - end);
    out[at] = count[at] === 0 ? excess : out[at]! + excess;
    count[at] = count[at]! + 1;
  }
  for (let i = 0; i < points; i++) if (count[i]! > 1) out[i] = out[i]! / count[i]!;
  return out;
}

function meanCurve(rows: readonly Float64Array[], interval: number): Relaxation["curve"] {
  const found: { step: number; excess: number; standardError: number }[] = [];
  for (let i = 0; i < points; i++) {
    const values = rows.flatMap((row) => (Number.isNaN(row[i]!) ? [] : [row[i]!]));
    if (values.length < 2) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    found.push({
      step: ((i + 0.5) * interval) / points,
      excess: mean,
      standardError: Math.sqrt(spread / values.length),
    });
  }
  const first = found[0]?.excess ?? 0;
  return first > 0
    ? found.map(({ step, excess, standardError }) => ({
        step,
        excess: excess / first,
        standardError: standardError / first,
      }))
    : [];
}

/** 1/slope of log excess over the first decay to 20 %; null when it does not decay. */
function decayTime(curve: Relaxation["curve"]): number | null {
  const end = curve.findIndex(({ excess }) => excess <= 0.2);
  const part = curve
    .slice(0, end < 0 ? curve.length : Math.max(2, end + 1))
    .filter(({ excess }) => excess > 0);
  if (part.length < 2) return null;
  const n = part.length;
  const meanStep = part.reduce((sum, { step }) => sum + step, 0) / n;
  const meanLog = part.reduce((sum, { excess }) => sum + Math.log(excess), 0) / n;
  let [up, down] = [0, 0];
  for (const { step, excess } of part) {
    up += (step - meanStep) * (Math.log(excess) - meanLog);
    down += (step - meanStep) ** 2;
  }
  const slope = up / down;
  return slope < 0 ? -1 / slope : null;
}
