import { boundsProblems, interpolate, within } from "./bounds.ts";
import { formatNumber } from "./format.ts";
import { type LawOptions, law } from "./law.ts";
import type { Distribution } from "./types.ts";

/**
 * A real number, uniform in [low, high]. Coordinate u = (x − low)/(high − low).
 * @param low finite; inclusive hard bound
 * @param high finite, > low; inclusive hard bound
 * @throws UsageError when used, or from `searchSpace`, if the bounds or `init` do not fit
 * @example
 * uniform(0, 0.99, { init: 0.9 }).decode(0.5); // 0.495
 */
export function uniform(low: number, high: number, options: LawOptions<number> = {}): Distribution<number> {
  return law(
    {
      kind: "uniform",
      topology: "continuous",
      cardinality: Infinity,
      arguments: { low, high },
      text: `${formatNumber(low)}, ${formatNumber(high)}`,
      problems: boundsProblems("uniform", low, high, "any"),
      contains: (value) => within(value, low, high),
      toUnit: (value) => (value - low) / (high - low),
      fromUnit: (unit) => interpolate(unit, low, high),
    },
    options,
  );
}
