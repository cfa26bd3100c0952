import type { ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Clade, cladesFigure, cladesOf, type Figure, layOut } from "../../figures/index.ts";
import type { LineageMeta } from "../../server/index.ts";
import { requestOf, runPath } from "../data/access.ts";
import { type Answer, useColumns } from "../data/query.ts";
import { atBoundaries, colourPlace, coloured, currentRun, nameOf } from "../data/run.ts";
import { segmentsAtMost } from "../lineage/layout.ts";

/** A copy whose descendants never were more than this share of the members has no band of its own. */
const least = 0.04;

export interface Clades {
  readonly answer: Answer<unknown>;
  readonly figure: Figure | null;
  readonly shown: number;
  /** Clades that there are: a founder's or a copy's each. */
  readonly of: number;
  /** The innermost clade at a generation and a height (1 at the top); null: none. */
  readonly at: (generation: number, height: number) => Clade | null;
}

/** Nested clades of the run, while they are wanted. */
export function useClades(
  wanted: boolean,
  visible: ReadonlySignal<boolean>,
  title: string,
  caption: string,
): Clades {
  const answer = useColumns<LineageMeta>(
    () =>
      currentRun.value === null || !wanted
        ? null
        : requestOf(runPath(currentRun.value, "/lineage"), { limit: segmentsAtMost, newest: 1 }),
    atBoundaries,
    visible,
  );
  const order = coloured.value;
  const made = useMemo(() => {
    if (!wanted || answer.data === null) return null;
    const tree = layOut(answer.data, true);
    const clades = cladesOf(
      tree,
      least,
      order.filter((founder) => founder >= 0),
    );
    return {
      first: tree.first,
      of: tree.strands.length,
      clades,
      figure: cladesFigure({ title, caption, first: tree.first, clades, nameOf, colourOf: colourPlace }),
    };
  }, [wanted, answer.data, order, title, caption]);
  return {
    answer,
    figure: made?.figure ?? null,
    shown: made?.clades.length ?? 0,
    of: made?.of ?? 0,
    at: (generation, height) => {
      const g = generation - (made?.first ?? 0);
      const down = 1 - height;
      return made?.clades.findLast(({ top, bottom }) => down >= top[g]! && down <= bottom[g]!) ?? null;
    },
  };
}
