import type { CheckpointId } from "../population/index.ts";

const padded = (n: number, width: number): string => String(n).padStart(width, "0");

/** `m07`. Lower case letters, digits and hyphens only, so that every file system keeps names apart. */
export const memberName = (member: number): string => `m${padded(member, 2)}`;

/** `g0012-a1`. */
export const attemptName = (generation: number, attempt: number): string =>
  `g${padded(generation, 4)}-a${attempt}`;

export const isMemberName = (name: string): boolean => /^m\d{2,}$/.test(name);
export const isAttemptName = (name: string): boolean => /^g\d{4,}-a\d+$/.test(name);

/** `m07-g0012-a1`: a directory that is being filled. */
export const preparedName = (member: number, generation: number, attempt: number): string =>
  `${memberName(member)}-${attemptName(generation, attempt)}`;

/** `m07-g0012-a1` → `m07/g0012-a1`; null for other names. */
export function finalPath(prepared: string): string | null {
  const cut = prepared.indexOf("-");
  const member = prepared.slice(0, cut);
  const attempt = prepared.slice(cut + 1);
  return cut > 0 && isMemberName(member) && isAttemptName(attempt) ? `${member}/${attempt}` : null;
}

export const checkpointKey = ({ member, generation, step }: CheckpointId): string =>
  `${member}/${generation}/${step}`;

/** For messages: `m07 generation 12 step 600`. */
export const describeCheckpoint = ({ member, generation, step }: CheckpointId): string =>
  `${memberName(member)} generation ${generation} step ${step}`;
