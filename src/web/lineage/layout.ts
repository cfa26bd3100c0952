export {
  coalescent,
  layOut,
  lineOf,
  relatives,
  type Strand,
  type Stretch,
  type Tree,
  type TreeAxis,
} from "../../figures/index.ts";

/** Segments of the feed that the page reads, the newest: the most that the server gives at once. */
export const segmentsAtMost = 100_000;
