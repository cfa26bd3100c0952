import { signOf } from "../data/facts.ts";
import type { RunFold } from "../data/fold.ts";
import type { Genealogy } from "./dependence.ts";

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
