import { integerBoundsProblems, within } from "./bounds.ts";
import { cellOf, middleOf } from "./cells.ts";
import { formatNumber, show } from "./format.ts";
import { type LawOptions, law } from "./law.ts";
import type { Distribution } from "./types.ts";

/** More values than this, and a coordinate in double precision no longer names one of them. */
const mostValues = 2 ** 50;

/**
 * A whole number, uniform in low … high, BOTH ENDS INCLUDED. Each value owns a cell of width 1/(high − low + 1) of [0, 1];
 * its coordinate is the cell's middle.
 * @param low whole number; inclusive hard bound
 * @param high whole number, > low; inclusive hard bound
 * @throws UsageError when used, or from `searchSpace`, if the bounds or `init` do not fit
 * @example
 * integer(1, 4).decode(1); // 4
 */
export function integer(low: number, high: number, options: LawOptions<number> = {}): Distribution<number> {
  const count = high - low + 1;
  const problems = integerBoundsProblems("integer", low, high, "any");
  if (problems.length === 0 && count > mostValues) {
    problems.push(
      `integer needs at most 2^50 values, got low=${show(low)}, high=${show(high)}. Use uniform?`,
    );
  }
  return law(
    {
      kind: "integer",
      topology: "integer",
      cardinality: count,
      arguments: { low, high },
      text: `${formatNumber(low)}, ${formatNumber(high)}`,
      problems,
      contains: (value) => within(value, low, high) && Number.isInteger(value),
      toUnit: (value) => middleOf(value - low, count),
      fromUnit: (unit) => low + cellOf(unit, count),
    },
    options,
  );
}
