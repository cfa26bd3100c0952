import { type SearchSpace, searchSpace, uniform } from "../../src/space/index.ts";

/** The space of the toy of the PBT paper. */
export const toySpace: SearchSpace<unknown> = searchSpace({ h0: uniform(0, 1), h1: uniform(0, 1) });
