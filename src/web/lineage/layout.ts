export { layOut, relatives, type Strand, type Tree } from "../../figures/index.ts";

/** Segments of the feed that the page reads: the most that the server gives at once. */
export const segmentsAtMost = 100_000;
