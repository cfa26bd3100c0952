import { permutation, stream, type Key } from "../../random/index.ts";
import type { Dependence } from "../types.ts";
import { type Association, associationsOf } from "./association.ts";

/** Replicates of the null: the least p is 1/(replicates + 1). */
const replicates = 199;
/** Rows × hyperparameters × replicates: of longer runs the newest generations are looked at. */
const most = 4e6;
/**
 * Corrected p at which an effect is said to be there. Well below the 5 % that are promised, since moves near a bound are not
 * quite exchangeable: of runs that only make noise, up to 9.5 % were measured to reach 0.05, and up to 2 to 3 % this.
 */
export const level = 0.01;
/** A jump this far in encoded units is a new draw, which does not depend on where it came from. */
const jump = 0.3;

/** Segments in the order of the log, an ancestor before its descendants. */
export interface Genealogy {
  /** Row that it started from `[n]`; −1: none. */
  readonly parent: ArrayLike<number>;
  /** Founder's number where the parent is −1 `[n]`. */
  readonly founder: ArrayLike<number>;
  /** Encoded hyperparameters `[n × K]` and those of the founders `[N][K]`. */
  readonly coordinates: ArrayLike<number>;
  readonly founders: readonly (readonly number[])[];
  /** Value at its end, higher is better; NaN: none `[n]`. */
  readonly value: ArrayLike<number>;
  /** First rows of the generations that are looked at, ascending; the last entry ends the last one. */
  readonly blocks: readonly number[];
  /** Which hyperparameters are unordered; null: not looked at (fixed) `[K]`. */
  readonly unordered: readonly (boolean | null)[];
}

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
  const at = prepare(genealogy, tested.length);
  const association = associationsOf(genealogy, at.blocks, tested);
  if (association === null) return null;
  const seen = association(Float64Array.from(genealogy.coordinates));
  const others = Array.from({ length: replicates }, (_, b) => association(at.redrawn(key, b)));
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

/** The ancestors of the rows in question, and how to deal their draws out anew. */
function prepare(
  genealogy: Genealogy,
  tested: number,
): { readonly blocks: readonly number[]; redrawn(key: Key, replicate: number): Float64Array } {
  const { parent, founder, coordinates, founders, unordered } = genealogy;
  const dimensions = unordered.length;
  const end = genealogy.blocks.at(-1)!;
  let first = genealogy.blocks.length - 2;
  while (first > 0 && (end - genealogy.blocks[first - 1]!) * tested * replicates <= most) first--;
  const blocks = genealogy.blocks.slice(Math.max(0, first));
  const wanted = new Uint8Array(end);
  for (let row = end - 1; row >= 0; row--) {
    if (row >= blocks[0]!) wanted[row] = 1;
    if (wanted[row] === 1 && parent[row]! >= 0) wanted[parent[row]!] = 1;
  }
  const rows: number[] = [];
  const events: number[] = [];
  /** Place of a row among the events; −1: it kept its parent's hyperparameters. */
  const event = new Int32Array(end).fill(-1);
  for (let row = 0; row < end; row++) {
    if (wanted[row] === 0) continue;
    rows.push(row);
    const from = parent[row]!;
    if (from < 0) continue;
    for (let k = 0; k < dimensions && event[row]! < 0; k++) {
      if (coordinates[row * dimensions + k] !== coordinates[from * dimensions + k]) {
        event[row] = events.length;
        events.push(row);
      }
    }
  }
  const out = Float64Array.from(coordinates);
  return {
    blocks,
    redrawn(key, replicate) {
      const people = permutation(stream(key, "founders", replicate), founders.length);
      const moves = permutation(stream(key, "moves", replicate), Math.max(1, events.length));
      for (const row of rows) {
        const from = parent[row]!;
        const to = row * dimensions;
        if (from < 0) {
          const other = founders[people[founder[row]! % founders.length]!]!;
          for (let k = 0; k < dimensions; k++) out[to + k] = other[k]!;
          continue;
        }
        const own = event[row]!;
        const drawn = own < 0 ? -1 : events[moves[own]!]!;
        for (let k = 0; k < dimensions; k++) {
          const before = out[from * dimensions + k]!;
          out[to + k] =
            drawn < 0
              ? before
              : moved(
                  before,
                  coordinates[parent[drawn]! * dimensions + k]!,
                  coordinates[drawn * dimensions + k]!,
                  unordered[k] ?? true,
                );
        }
      }
      return out;
    },
  };
}

/** Where the move from `a` to `b` takes another value. */
function moved(value: number, a: number, b: number, unordered: boolean): number {
  if (a === b) return value;
  if (unordered || Math.abs(b - a) > jump) return b;
  return Math.min(1, Math.max(0, value + b - a));
}
