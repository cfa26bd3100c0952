import type { Json } from "../../space/index.ts";
import type { Copy, MemberId } from "../types.ts";

/** Numbers that travel along the lineages: what each member's parent had at its last boundary. */
export type Lineages = ReadonlyMap<MemberId, readonly number[]>;

export function readLineages(memory: Json | undefined): Map<MemberId, readonly number[]> {
  return new Map(
    Object.entries((memory ?? {}) as { readonly [id: string]: readonly number[] }).map(([id, numbers]) => [
      Number(id),
      numbers,
    ]),
  );
}

export function writeLineages(lineages: Lineages): Json {
  return Object.fromEntries([...lineages].toSorted(([a], [b]) => a - b).map(([id, row]) => [`${id}`, row]));
}

/** A copy goes on with what its donor had before the step. */
export function inheritLineages(memory: Json | undefined, copies: readonly Copy[]): Json {
  const before = readLineages(memory);
  const after = new Map(before);
  for (const { member, donor } of copies) {
    const row = before.get(donor);
    if (row === undefined) after.delete(member);
    else after.set(member, row);
  }
  return writeLineages(after);
}
