import { boundsProblems, clamp, within } from "./bounds.ts";
import { formatNumber } from "./format.ts";
import { type LawOptions, law } from "./law.ts";
import type { Distribution } from "./types.ts";

/**
 * A positive number whose logarithm is uniform in [ln low, ln high]. Coordinate u = ln(x/low)/ln(high/low), so that one
 * move means one factor, wherever it starts. Zero is outside: nothing can be absorbed there.
 * @param low > 0; inclusive hard bound
 * @param high > low; inclusive hard bound
 * @throws UsageError when used, or from `searchSpace`, if the bounds or `init` do not fit
 * @example
 * logUniform(1e-4, 1).encode(0.01); // 0.5
 */
export function logUniform(
  low: number,
  high: number,
  options: LawOptions<number> = {},
): Distribution<number> {
  const bottom = Math.log(low);
  const top = Math.log(high);
  return law(
    {
      kind: "logUniform",
      topology: "continuous",
      cardinality: Infinity,
      arguments: { low, high },
      text: `${formatNumber(low)}, ${formatNumber(high)}`,
      problems: boundsProblems("logUniform", low, high, "positive"),
      contains: (value) => within(value, low, high),
      toUnit: (value) => (Math.log(value) - bottom) / (top - bottom),
      fromUnit(unit) {
        if (unit === 0) return low;
        if (unit === 1) return high;
        return clamp(Math.exp(bottom + unit * (top - bottom)), low, high);
      },
    },
    options,
  );
}
