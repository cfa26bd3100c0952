import { permutation, stream, type Key } from "../../random/index.ts";
import type { Genealogy } from "./genealogy.ts";

/** A jump this far in encoded units is a new draw, which does not depend on where it came from. */
const jump = 0.3;

/** What a move does to a hyperparameter: nothing, gives it a value, or shifts it. */
const [stays, jumps, shifts] = [0, 1, 2];

/** Moves from parent to child, side by side `[moves, K]`. */
interface Moves {
  readonly count: number;
  readonly kind: Uint8Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Place of a row's move; −1: it kept its parent's hyperparameters, or is a founder `[n]`. */
  readonly of: Int32Array;
}

/**
 * Deals the draws of a genealogy out anew: founders change their vectors, copies change their moves, and what descends
 * from them moves along.
 * @param first rows from here on are wanted, and so are their ancestors
 * @returns a function of the replicate: hyperparameters `[n × K]` of the rows that are wanted, in an array that the next
 * call fills again
 */
export function redrawing(
  genealogy: Genealogy,
  first: number,
  key: Key,
): (replicate: number) => Float64Array {
  const { unordered, coordinates } = genealogy;
  const dimensions = unordered.length;
  const rows = withAncestors(genealogy, first);
  const parent = Int32Array.from(genealogy.parent);
  const founder = Int32Array.from(genealogy.founder);
  const founders = Float64Array.from(genealogy.founders.flat());
  const people = founders.length / dimensions;
  const { count, kind, from, to, of } = movesOf(genealogy, rows);
  const out = Float64Array.from(coordinates);
  return (replicate) => {
    const person = Int32Array.from(permutation(stream(key, "founders", replicate), people));
    const move = Int32Array.from(permutation(stream(key, "moves", replicate), Math.max(1, count)));
    for (const row of rows) {
      const above = parent[row]! * dimensions;
      const at = row * dimensions;
      if (above < 0) {
        const other = person[founder[row]! % people]! * dimensions;
        for (let k = 0; k < dimensions; k++) out[at + k] = founders[other + k]!;
        continue;
      }
      const own = of[row]!;
      if (own < 0) {
        for (let k = 0; k < dimensions; k++) out[at + k] = out[above + k]!;
        continue;
      }
      const drawn = move[own]! * dimensions;
      for (let k = 0; k < dimensions; k++) {
        const what = kind[drawn + k]!;
        const before = out[above + k]!;
        out[at + k] =
          what === stays
            ? before
            : what === jumps
              ? to[drawn + k]!
              : Math.min(1, Math.max(0, before + to[drawn + k]! - from[drawn + k]!));
      }
    }
    return out;
  };
}

/** Rows from `first` on and all that they descend from, ascending. */
function withAncestors({ parent, blocks }: Genealogy, first: number): Int32Array {
  const end = blocks.at(-1)!;
  const wanted = new Uint8Array(end);
  for (let row = end - 1; row >= 0; row--) {
    if (row >= first) wanted[row] = 1;
    if (wanted[row] === 1 && parent[row]! >= 0) wanted[parent[row]!] = 1;
  }
  return Int32Array.from([...wanted.keys()].filter((row) => wanted[row] === 1));
}

function movesOf({ parent, coordinates, unordered, blocks }: Genealogy, rows: Int32Array): Moves {
  const dimensions = unordered.length;
  const of = new Int32Array(blocks.at(-1)!).fill(-1);
  const differs = (row: number): boolean =>
    unordered.some(
      (_, k) => coordinates[row * dimensions + k] !== coordinates[parent[row]! * dimensions + k],
    );
  const moved = rows.filter((row) => parent[row]! >= 0 && differs(row));
  const kind = new Uint8Array(moved.length * dimensions);
  const [from, to] = [new Float64Array(kind.length), new Float64Array(kind.length)];
  for (const [i, row] of moved.entries()) {
    of[row] = i;
    for (let k = 0; k < dimensions; k++) {
      const at = i * dimensions + k;
      const a = (from[at] = coordinates[parent[row]! * dimensions + k]!);
      const b = (to[at] = coordinates[row * dimensions + k]!);
      const anew = (unordered[k] ?? true) || Math.abs(b - a) > jump;
      kind[at] = a === b ? stays : anew ? jumps : shifts;
    }
  }
  return { count: moved.length, kind, from, to, of };
}
