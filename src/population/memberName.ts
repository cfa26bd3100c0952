import type { MemberId } from "./types.ts";

/**
 * The name that people see: `m` and the id, padded so that names of one population sort by id.
 * @param id 0 … members−1
 * @param members size of the population
 * @example
 * memberName(7, 16); // "m07"
 */
export function memberName(id: MemberId, members: number): string {
  const width = Math.max(2, String(Math.max(0, members - 1)).length);
  return `m${String(id).padStart(width, "0")}`;
}
