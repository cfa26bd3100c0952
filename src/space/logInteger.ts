import { integerBoundsProblems, within } from "./bounds.ts";
import { logCells } from "./cells.ts";
import { formatNumber, show } from "./format.ts";
import { type LawOptions, law } from "./law.ts";
import type { Distribution } from "./types.ts";

/** Above this the cells of neighbouring values are too narrow for a coordinate in double precision. */
const highest = 2 ** 40;

/**
 * A positive whole number on a logarithmic scale, BOTH ENDS INCLUDED: P(n) ∝ ln((n + ½)/(n − ½)) ≈ 1/n. The value n owns
 * the cell from ln(n − ½) to ln(n + ½) of the axis from ln(low − ½) to ln(high + ½).
 * @param low whole number ≥ 1; inclusive hard bound
 * @param high whole number, > low, ≤ 2⁴⁰; inclusive hard bound
 * @throws UsageError when used, or from `searchSpace`, if the bounds or `init` do not fit
 * @example
 * logInteger(1, 1024).decode(1); // 1024
 */
export function logInteger(
  low: number,
  high: number,
  options: LawOptions<number> = {},
): Distribution<number> {
  const problems = integerBoundsProblems("logInteger", low, high, "positive");
  if (problems.length === 0 && high > highest) {
    problems.push(`logInteger needs high <= 2^40, got high=${show(high)}. Use logUniform?`);
  }
  const cells = logCells(low, 1, high - low + 1);
  return law(
    {
      kind: "logInteger",
      topology: "integer",
      cardinality: high - low + 1,
      arguments: { low, high },
      text: `${formatNumber(low)}, ${formatNumber(high)}`,
      problems,
      contains: (value) => within(value, low, high) && Number.isInteger(value),
      toUnit: (value) => cells.middleOf(value - low),
      fromUnit: (unit) => low + cells.cellOf(unit),
    },
    options,
  );
}
