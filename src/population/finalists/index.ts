export { finalists } from "./finalists.ts";
export { greedySoup, type Soup, type SoupTrial } from "./soup.ts";
export type { Candidate, Reevaluated } from "./types.ts";
export { isExact, pickWinner, rankFinalists, summarise } from "./winner.ts";
