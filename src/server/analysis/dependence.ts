import type { Key } from "../../random/index.ts";
import type { Dependence } from "../types.ts";
import { type Association, associationsOf } from "./association.ts";
import { redrawing } from "./redraw.ts";
import type { Genealogy } from "./genealogy.ts";

/** Replicates of the null: the least p is 1/(replicates + 1). */
const replicates = 199;
/** Rows × hyperparameters × replicates: of longer runs the newest generations are looked at. */
const most = 4e6;
/**
 * Corrected p at which an effect is said to be there. Below the 5 % that are promised, since moves near a bound are not quite
 * exchangeable. Of runs that only make noise, with seeds that it was not chosen with, 0.4 to 1.6 % reach it and 5.0 to 6.1 %
 * reach 0.05: see dependence.long.ts.
 */
export const level = 0.01;

/**
 * Which hyperparameters fitness depends on, with the chance of seeing as much when it depends on none.
 *
 * The unit of replication is a draw of hyperparameters, not an evaluation: copies share their ancestor's luck and its
 * hyperparameters alike, so evaluations of one lineage count for little more than one. Under the null hypothesis
 * outcomes, and with them the genealogy, do not depend on what was drawn. So the genealogy and all outcomes are held
 * fixed, and the draws are dealt out anew: founders change their vectors, copies change their moves, and everything
 * that descends from them moves along. What fitness has to do with hyperparameters is measured by the shares of the
 * variance of values, and of improvements, that each explains within generations. p is that of the greatest of all
 * hyperparameters (Westfall and Young's single step), so that looking at many does not find one.
 * @returns null when there are fewer than 4 founders or 24 evaluations
 */
export function dependenceOf(genealogy: Genealogy, key: Key): Dependence | null {
  const { unordered, founders } = genealogy;
  const tested = unordered.flatMap((kind, k) => (kind === null ? [] : [k]));
  if (tested.length === 0 || founders.length < 4) return null;
  const blocks = newestBlocks(genealogy.blocks, most / (tested.length * replicates));
  const association = associationsOf(genealogy, blocks, tested);
  if (association === null) return null;
  const seen = association(Float64Array.from(genealogy.coordinates));
  const redrawn = redrawing(genealogy, blocks[0]!, key);
  const others = Array.from({ length: replicates }, (_, b) => association(redrawn(b)));
  return { replicates, p: greatest(seen, others, tested, unordered.length) };
}

/** Corrected p of each hyperparameter: shares in standard deviations of their own null, the greatest of all counts. */
function greatest(
  seen: Association,
  others: readonly Association[],
  tested: readonly number[],
  dimensions: number,
): (number | null)[] {
  const all = [seen, ...others];
  const width = seen.length;
  const top = all.map(() => new Float64Array(tested.length).fill(-Infinity));
  for (let j = 0; j < width; j++) {
    const mean = all.reduce((sum, one) => sum + one[j]!, 0) / all.length;
    const spread = Math.sqrt(all.reduce((sum, one) => sum + (one[j]! - mean) ** 2, 0) / all.length);
    if (!(spread > 1e-12)) continue;
    for (const [b, one] of all.entries()) {
      const k = j % tested.length;
      top[b]![k] = Math.max(top[b]![k]!, (one[j]! - mean) / spread);
    }
  }
  const most = top.map((one) => Math.max(...one));
  const p: (number | null)[] = Array.from({ length: dimensions }, () => null);
  for (const [i, k] of tested.entries()) {
    const own = top[0]![i]!;
    if (own > -Infinity) p[k] = most.reduce((count, other) => count + (other >= own ? 1 : 0), 0) / all.length;
  }
  return p;
}

/** The newest generations, at least one, that have no more rows than `most` together. */
function newestBlocks(blocks: readonly number[], most: number): readonly number[] {
  const end = blocks.at(-1)!;
  let first = blocks.length - 2;
  while (first > 0 && end - blocks[first - 1]! <= most) first--;
  return blocks.slice(Math.max(0, first));
}
