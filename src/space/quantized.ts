import { boundsProblems, within } from "./bounds.ts";
import { cellOf, logCells, middleOf } from "./cells.ts";
import { formatNumber, show } from "./format.ts";
import { grid } from "./grid.ts";
import { type LawOptions, law } from "./law.ts";
import type { Distribution } from "./types.ts";

/** More grid points than this, and a coordinate in double precision no longer names one of them. */
const mostValues = 2 ** 40;

export interface QuantizedOptions extends LawOptions<number> {
  /** true: logarithmic scale, P(x) ≈ ∝ 1/x; needs low > 0. Default false: every grid value is as likely. */
  readonly log?: boolean;
}

/**
 * A number of the grid low, low + step, low + 2 step, … ≤ high, both ends included where high is on the grid. Grid values
 * are the decimals that one would write (0.3, not 0.30000000000000004). Each value owns a cell of [0, 1]: of equal width,
 * or with `log` as in `logInteger`.
 * @param low finite; first grid value
 * @param high finite, ≥ low + step; hard bound
 * @param step > 0
 * @throws UsageError when used, or from `searchSpace`, if the arguments or `init` do not fit
 * @example
 * quantized(0, 1, 0.1).decode(0.3); // 0.3
 */
export function quantized(
  low: number,
  high: number,
  step: number,
  options: QuantizedOptions = {},
): Distribution<number> {
  const { log = false } = options;
  const { count, at, indexOf } = grid(low, high, step);
  const cells = log ? logCells(low, step, count) : undefined;
  return law(
    {
      kind: "quantized",
      topology: "ordered",
      cardinality: count,
      arguments: { low, high, step, ...(log ? { log } : {}) },
      text: `${[low, high, step].map(formatNumber).join(", ")}${log ? ", log=true" : ""}`,
      problems: problemsOf(low, high, step, log, count),
      contains: (value) => within(value, low, high) && indexOf(value) !== undefined,
      toUnit(value) {
        const index = indexOf(value) ?? 0;
        return cells === undefined ? middleOf(index, count) : cells.middleOf(index);
      },
      fromUnit: (unit) => at(cells === undefined ? cellOf(unit, count) : cells.cellOf(unit)),
    },
    options,
  );
}

function problemsOf(low: number, high: number, step: number, log: boolean, count: number): string[] {
  const problems = boundsProblems("quantized", low, high, log === true ? "positive" : "any");
  if (typeof log !== "boolean")
    problems.push(`quantized needs log to be true or false, got log=${show(log)}`);
  if (typeof step !== "number" || !(step > 0 && step < Infinity)) {
    problems.push(`quantized needs step > 0, got step=${show(step)}`);
  } else if (problems.length === 0 && count < 2) {
    problems.push(
      `quantized needs step <= high - low, got step=${show(step)}, low=${show(low)}, high=${show(high)}`,
    );
  } else if (problems.length === 0 && count > mostValues) {
    problems.push(`quantized needs at most 2^40 values, got step=${show(step)}. Use uniform or logUniform?`);
  }
  return problems;
}
