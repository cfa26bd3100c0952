import { signOf } from "../data/facts.ts";
import type { RunFold } from "../data/fold.ts";

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

/** Everything that a run has evaluated, as the test for effects of hyperparameters takes it. */
export function genealogyFrom(fold: RunFold): Genealogy {
  const { segments } = fold;
  const facts = fold.facts!;
  const sign = signOf(facts);
  const count = segments.count;
  return {
    parent: segments.parent.slice(),
    founder: segments.founder.slice(),
    coordinates: Float64Array.from(segments.coordinates.slice()),
    founders: fold.founders.map((founder) => founder.map(Math.fround)),
    value: Float64Array.from({ length: count }, (_, row) => sign * segments.value.at(row)),
    blocks: [...fold.generations!.firstRow.slice(), count],
    unordered: facts.space.distributions.map(({ topology, cardinality }) =>
      topology === "fixed" || cardinality <= 1 ? null : topology === "unordered",
    ),
  };
}
