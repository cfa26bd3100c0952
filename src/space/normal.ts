import { normalCdf, normalQuantile } from "../math/index.ts";
import { clamp, within } from "./bounds.ts";
import { formatNumber, show } from "./format.ts";
import { type LawOptions, law } from "./law.ts";
import type { Distribution } from "./types.ts";

/** Without bounds of its own, a normal law ends this many standard deviations from its mean. */
const defaultReach = 4;
/** Bounds further out than this are drawn in to it: beyond, the coordinate has no digits left to tell values apart. */
const longestReach = 6;

export interface NormalOptions extends LawOptions<number> {
  /** Hard lower bound, inclusive. Default mean − 4 sd; drawn in to mean − 6 sd where it lies further out. */
  readonly low?: number;
  /** Hard upper bound, inclusive. Default mean + 4 sd; drawn in to mean + 6 sd where it lies further out. */
  readonly high?: number;
}

/**
 * A real number from the normal law, truncated to [low, high]. Its coordinate is its probability within the bounds,
 * u = (Φ(z) − Φ(a))/(Φ(b) − Φ(a)) with z, a, b = (x, low, high − mean)/sd: uniform coordinates give the truncated law, and
 * mutation without selection keeps it.
 * @param mean finite
 * @param sd finite, > 0
 * @throws UsageError when used, or from `searchSpace`, if the arguments or `init` do not fit
 * @example
 * normal(0, 1).decode(0.5); // 0
 */
export function normal(mean: number, sd: number, options: NormalOptions = {}): Distribution<number> {
  const { low: lowGiven, high: highGiven } = options;
  const low = Math.max(lowGiven ?? mean - defaultReach * sd, mean - longestReach * sd);
  const high = Math.min(highGiven ?? mean + defaultReach * sd, mean + longestReach * sd);
  // An interval wholly above the mean is mirrored: the lower tail is where Φ has all its digits.
  const mirror = low > mean ? -1 : 1;
  const score = (x: number): number => (mirror * (x - mean)) / sd;
  const bottom = normalCdf(score(mirror === 1 ? low : high));
  const mass = normalCdf(score(mirror === 1 ? high : low)) - bottom;
  const orient = (unit: number): number => (mirror === 1 ? unit : 1 - unit);
  return law(
    {
      kind: "normal",
      topology: "continuous",
      cardinality: Infinity,
      arguments: {
        mean,
        sd,
        ...(lowGiven === undefined ? {} : { low: lowGiven }),
        ...(highGiven === undefined ? {} : { high: highGiven }),
      },
      text: [
        formatNumber(mean),
        formatNumber(sd),
        ...(lowGiven === undefined ? [] : [`low=${formatNumber(lowGiven)}`]),
        ...(highGiven === undefined ? [] : [`high=${formatNumber(highGiven)}`]),
      ].join(", "),
      problems: problemsOf(mean, sd, lowGiven, highGiven, low, high),
      contains: (value) => within(value, low, high),
      toUnit: (value) => orient((normalCdf(score(value)) - bottom) / mass),
      fromUnit(unit) {
        if (unit === 0) return low;
        if (unit === 1) return high;
        return clamp(mean + mirror * sd * normalQuantile(bottom + orient(unit) * mass), low, high);
      },
    },
    options,
  );
}

function problemsOf(
  mean: number,
  sd: number,
  lowGiven: number | undefined,
  highGiven: number | undefined,
  low: number,
  high: number,
): string[] {
  const numbers = { mean, sd, low: lowGiven, high: highGiven };
  const wrong = Object.entries(numbers).filter(
    ([, x]) => x !== undefined && (typeof x !== "number" || !Number.isFinite(x)),
  );
  if (wrong.length > 0) {
    return [`normal needs finite numbers, got ${wrong.map(([name, x]) => `${name}=${show(x)}`).join(", ")}`];
  }
  if (sd <= 0) return [`normal needs sd > 0, got sd=${show(sd)}`];
  if (lowGiven !== undefined && highGiven !== undefined && lowGiven >= highGiven) {
    return [`normal needs low < high, got low=${show(lowGiven)}, high=${show(highGiven)}. Swap the bounds?`];
  }
  if (!(low < high)) {
    return [
      `normal needs bounds that reach within ${longestReach} standard deviations of its mean ${show(mean)} (sd=${show(sd)}), ` +
        `got low=${show(lowGiven ?? low)}, high=${show(highGiven ?? high)}. Use uniform there?`,
    ];
  }
  return [];
}
