import { nearest } from "../../errors/index.ts";

/** " Did you mean x?" for the nearest known name, or nothing where none is near. */
export function suggest(name: string, known: readonly string[]): string {
  const found = nearest(name, known);
  return found === undefined ? "" : ` Did you mean ${found}?`;
}
