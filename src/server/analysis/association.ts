import { median } from "../../math/index.ts";
import type { Genealogy } from "./genealogy.ts";

/** Roots of shares of variance: of values for each hyperparameter tested, then of improvements for each. */
export type Association = Float64Array;

/** Fewer evaluations, and nothing is tested. */
const least = 24;
/** Values further from their generation's middle than this many median deviations are moved there. */
const farthest = 5;
/** Categories are told apart by their place on this grid. */
const cells = 64;

/**
 * How much of the differences within generations each hyperparameter explains: by a parabola, or by the means of its
 * categories. Values count in units of their generation's spread.
 * @param blocks first rows of generations, and the end of the last
 * @returns a function of the encoded hyperparameters `[n × K]`; null when there are too few evaluations
 */
export function associationsOf(
  { value, parent, unordered }: Pick<Genealogy, "value" | "parent" | "unordered">,
  blocks: readonly number[],
  tested: readonly number[],
): ((coordinates: Float64Array) => Association) | null {
  const dimensions = unordered.length;
  const outcomes = [
    outcome((row) => value[row]!, blocks),
    outcome((row) => (parent[row]! < 0 ? Number.NaN : value[row]! - value[parent[row]!]!), blocks),
  ].filter(({ rows }) => rows.length >= least);
  if (outcomes.length === 0) return null;
  return (coordinates) => {
    const out = new Float64Array(outcomes.length * tested.length);
    for (const [j, known] of outcomes.entries()) {
      for (const [i, k] of tested.entries()) {
        const explained = (unordered[k] === true ? byCategory : byParabola)(
          known,
          coordinates,
          dimensions,
          k,
        );
        out[j * tested.length + i] = Math.sqrt(Math.max(0, explained));
      }
    }
    return out;
  };
}

interface Outcome {
  readonly rows: Int32Array;
  /** Standardised within its generation. */
  readonly y: Float64Array;
  /** First index of each generation in `rows`, and the end. */
  readonly starts: readonly number[];
  readonly total: number;
  /** Sums and counts by category. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

function outcome(of: (row: number) => number, blocks: readonly number[]): Outcome {
  const rows: number[] = [];
  const y: number[] = [];
  const starts = [0];
  for (let b = 0; b + 1 < blocks.length; b++) {
    const here: number[] = [];
    for (let row = blocks[b]!; row < blocks[b + 1]!; row++) if (Number.isFinite(of(row))) here.push(row);
    if (here.length < 3) continue;
    const values = here.map(of);
    const middle = median(values);
    const deviation = median(values.map((one) => Math.abs(one - middle)));
    const far = deviation > 0 ? farthest * deviation : Infinity;
    const tamed = values.map((one) => Math.min(middle + far, Math.max(middle - far, one)));
    const mean = tamed.reduce((sum, one) => sum + one, 0) / tamed.length;
    const spread = Math.sqrt(tamed.reduce((sum, one) => sum + (one - mean) ** 2, 0) / tamed.length);
    if (!(spread > 0)) continue;
    for (const [i, row] of here.entries()) {
      rows.push(row);
      y.push((tamed[i]! - mean) / spread);
    }
    starts.push(rows.length);
  }
  return {
    rows: Int32Array.from(rows),
    y: Float64Array.from(y),
    starts,
    total: rows.length,
    sums: new Float64Array(cells + 1),
    counts: new Float64Array(cells + 1),
  };
}

/** Share that x and x², less their generation's means, explain. Nearly all of the test's time goes here. */
function byParabola(
  { rows, y, starts, total }: Outcome,
  coordinates: Float64Array,
  dimensions: number,
  k: number,
): number {
  let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
  for (let s = 0; s + 1 < starts.length; s++) {
    const until = starts[s + 1]!;
    // Not written as a destructured array: it would make numbers of all kinds of these.
    let n = 0;
    let sa = 0;
    let sb = 0;
    let sab = 0;
    let sbb = 0;
    let say = 0;
    let sby = 0;
    let sy = 0;
    for (let i = starts[s]!; i < until; i++) {
      const a = coordinates[rows[i]! * dimensions + k]! - 0.5;
      if (Number.isNaN(a)) continue;
      const b = a * a;
      const outcome = y[i]!;
      n++;
      sa += a;
      sb += b;
      sab += a * b;
      sbb += b * b;
      say += a * outcome;
      sby += b * outcome;
      sy += outcome;
    }
    if (n === 0) continue;
    // The sum of a² is that of b.
    aa += sb - (sa * sa) / n;
    ab += sab - (sa * sb) / n;
    bb += sbb - (sb * sb) / n;
    ay += say - (sa * sy) / n;
    by += sby - (sb * sy) / n;
  }
  const scale = 1e-9 * (aa + bb);
  if (!(aa > scale)) return 0;
  const rest = bb - (ab * ab) / aa;
  const line = (ay * ay) / aa;
  return (rest > 1e-6 * bb ? line + (by - (ab * ay) / aa) ** 2 / rest : line) / total;
}

/** Share that the means of categories explain. */
function byCategory(
  { rows, y, total, sums, counts }: Outcome,
  coordinates: Float64Array,
  dimensions: number,
  k: number,
): number {
  sums.fill(0);
  counts.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const at = Math.round(coordinates[rows[i]! * dimensions + k]! * cells);
    if (!(at >= 0 && at <= cells)) continue;
    sums[at] = sums[at]! + y[i]!;
    counts[at] = counts[at]! + 1;
  }
  let explained = 0;
  for (let c = 0; c <= cells; c++) if (counts[c]! > 0) explained += sums[c]! ** 2 / counts[c]!;
  return explained / total;
}
