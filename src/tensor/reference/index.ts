export { firstNonFinite, type NonFiniteQuery } from "./nonFinite.ts";
export { reference } from "./session.ts";
