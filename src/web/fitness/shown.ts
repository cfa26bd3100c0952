import { manifest } from "../data/run.ts";
import { hover, selection } from "../state/selection.ts";

/** Lines that one request may ask for. */
const mostLines = 64;

/** Members whose own lines are drawn: the selected, the one under the pointer, else the best. */
export function shownMembers(): {
  readonly members: readonly number[];
  /** How many should have a line. */
  readonly wanted: number;
  readonly primary: number | null;
} {
  const chosen = selection.value;
  const best = manifest.value?.best?.member ?? null;
  const pointed = hover.value.member;
  const base = chosen.kind === "members" ? chosen.ids.slice(0, mostLines) : best === null ? [] : [best];
  const members = pointed === null || base.includes(pointed) ? base : [...base, pointed];
  const primary = chosen.kind === "members" ? (chosen.ids.at(-1) ?? best) : best;
  const left = chosen.kind === "members" ? Math.max(0, chosen.ids.length - mostLines) : 0;
  return { members, wanted: members.length + left, primary };
}
