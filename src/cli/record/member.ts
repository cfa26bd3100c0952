import { UsageError } from "../../errors/index.ts";
import type { MemberId } from "../../population/index.ts";
import { didYouMean } from "../text/suggest.ts";
import type { Progress } from "./progress.ts";

/**
 * `m07` or `7` → 7.
 *
 * @throws UsageError when the run has no such member
 */
export function memberOf(progress: Progress, word: string): MemberId {
  const match = /^m?0*(\d+)$/.exec(word.trim());
  const id = match === null ? Number.NaN : Number(match[1]);
  if (progress.members.has(id)) return id;
  const names = [...progress.members.keys()].map((member) => progress.nameOf(member));
  const range = names.length === 0 ? "it has none" : `it has ${names[0]} … ${names.at(-1)}`;
  throw new UsageError(`member ${word}: the run has no such member; ${range}.${didYouMean(word, names)}`);
}
