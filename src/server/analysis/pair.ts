import { column, type Columns } from "../../figures/index.ts";
import type { PairMeta } from "../types.ts";
import type { Observations } from "./observations.ts";
import { leastObservations } from "./slices.ts";

const cells = 32;
/** Width of the kernel in encoded units. */
const width = 0.07;
/** Below this many observations' worth of kernel weight nothing is said. */
const leastWeight = 1.5;

/** Mean fitness over two encoded hyperparameters on a 32 × 32 grid (Nadaraya–Watson, Gaussian kernel); rows are y. */
export function pairOf(
  observations: Observations,
  x: { readonly name: string; readonly k: number },
  y: { readonly name: string; readonly k: number },
): Columns<PairMeta> {
  const { coordinates, dimensions, fitness } = observations;
  const axis = Float32Array.from({ length: cells }, (_, i) => (i + 0.5) / cells);
  const sums = new Float64Array(cells * cells);
  const weights = new Float64Array(cells * cells);
  const kernel = (offset: number): number => Math.exp(-((offset / width) ** 2) / 2);
  let count = 0;
  for (let i = 0; i < fitness.length; i++) {
    const [a, b] = [coordinates[i * dimensions + x.k]!, coordinates[i * dimensions + y.k]!];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    count++;
    const across = Float64Array.from(axis, (at) => kernel(at - a));
    for (let row = 0; row < cells; row++) {
      const down = kernel(axis[row]! - b);
      if (down < 1e-4) continue;
      for (let at = 0; at < cells; at++) {
        const w = down * across[at]!;
        weights[row * cells + at] = weights[row * cells + at]! + w;
        sums[row * cells + at] = sums[row * cells + at]! + w * fitness[i]!;
      }
    }
  }
  const shape = [cells, cells];
  const few = count < leastObservations;
  return {
    meta: {
      x: x.name,
      y: y.name,
      count,
      notIdentifiable: few
        ? `Not identifiable: ${count} evaluations, and at least ${leastObservations} are needed.`
        : null,
    },
    arrays: {
      estimate: {
        shape,
        values: Float32Array.from(sums, (sum, i) =>
          !few && weights[i]! >= leastWeight ? sum / weights[i]! : Number.NaN,
        ),
      },
      weight: { shape, values: Float32Array.from(weights) },
      x: column(axis),
      y: column(axis),
    },
  };
}
