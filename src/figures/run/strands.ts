import type { Columns } from "../columns.ts";

/** One member going on from its own states, from a copy (or the beginning) to its last segment. */
export interface Strand {
  readonly member: number;
  readonly founder: number;
  /** Row of the layout, 0 at the top. */
  row: number;
  readonly from: number;
  until: number;
  /** Index of the strand that it was copied from; −1: a founder's, or one that began before the feed. */
  readonly parent: number;
  /** Descendants among the newest. */
  surviving: boolean;
  /** The generation after its last segment that the newest descend from; `from`, where they descend from none. */
  aliveUntil: number;
  /** Value of its last segment; NaN: none. */
  value: number;
}

export interface Tree {
  readonly strands: readonly Strand[];
  /** Strands that have a row. */
  readonly shown: readonly number[];
  readonly rows: number;
  readonly first: number;
  readonly last: number;
  /** Segments in the feed. */
  readonly segments: number;
}

/** What a member was after a generation. */
export interface StateName {
  readonly member: number;
  readonly generation: number;
}

/**
 * Joins segments to strands and orders them by clade: each strand's copies follow it, the latest first, so that no
 * vertical line crosses a strand of another clade.
 * @param feed segments of the lineage as the server gives them: `generation`, `member`, `parent`, `donor`, `founder`, `value`,
 * `surviving`; `first`: rows before these in the whole feed
 * @param everyone false: only strands with descendants among the newest, and those that lead to `keep`
 * @param keep a state whose line is shown even where it has died out: the winner's
 */
export function layOut(
  feed: Columns<{ readonly first: number }>,
  everyone: boolean,
  keep: StateName | null = null,
): Tree {
  const values = (name: string): ArrayLike<number> => feed.arrays[name]?.values ?? [];
  const [generation, member, parent] = [values("generation"), values("member"), values("parent")];
  const [donor, founder, value, surviving] = [
    values("donor"),
    values("founder"),
    values("value"),
    values("surviving"),
  ];
  const n = generation.length;
  const strands: Strand[] = [];
  const strandOf = new Int32Array(n);
  const children: number[][] = [];
  for (let i = 0; i < n; i++) {
    const before = parent[i]! - feed.meta.first;
    const known = before >= 0 && before < i;
    if (known && donor[i]! < 0) {
      const strand = strands[strandOf[before]!]!;
      strand.until = generation[i]! + 1;
      strand.value = value[i]!;
      if (surviving[i] === 1) {
        strand.surviving = true;
        strand.aliveUntil = strand.until;
      }
      strandOf[i] = strandOf[before]!;
      continue;
    }
    strandOf[i] = strands.length;
    const from = known ? strandOf[before]! : -1;
    if (from >= 0) children[from]!.push(strands.length);
    children.push([]);
    strands.push({
      member: member[i]!,
      founder: founder[i]!,
      row: -1,
      from: generation[i]!,
      until: generation[i]! + 1,
      parent: from,
      surviving: surviving[i] === 1,
      aliveUntil: generation[i]! + surviving[i]!,
      value: value[i]!,
    });
  }
  const lives = new Uint8Array(strands.length);
  const kept = keep === null ? null : strandAt(strands, keep);
  if (kept !== null) lives[kept] = 1;
  for (let i = strands.length - 1; i >= 0; i--) {
    if (!everyone && !strands[i]!.surviving && lives[i] === 0) continue;
    lives[i] = 1;
    if (strands[i]!.parent >= 0) lives[strands[i]!.parent] = 1;
  }
  const shown: number[] = [];
  const stack = [...strands.keys()].filter((i) => strands[i]!.parent < 0 && lives[i] === 1).toReversed();
  while (stack.length > 0) {
    const i = stack.pop()!;
    strands[i]!.row = shown.length;
    shown.push(i);
    const next = children[i]!.filter((child) => lives[child] === 1);
    next.sort((a, b) => strands[a]!.from - strands[b]!.from);
    stack.push(...next);
  }
  let [first, last] = [Infinity, 0];
  for (const i of shown) {
    first = Math.min(first, strands[i]!.from);
    last = Math.max(last, strands[i]!.until);
  }
  return {
    strands,
    shown,
    rows: shown.length,
    first: Number.isFinite(first) ? first : 0,
    last: Math.max(last, 1),
    segments: n,
  };
}

/** The strand that a state lies on; null: none. */
export function strandAt(strands: readonly Strand[], { member, generation }: StateName): number | null {
  const found = strands.findIndex(
    (strand) => strand.member === member && strand.from <= generation && generation < strand.until,
  );
  return found < 0 ? null : found;
}

/** A stretch of a strand, up to a generation that is no longer of it. */
export interface Stretch {
  readonly strand: number;
  readonly until: number;
}

/** The way to a state, from the founder on: of each strand only what the state descends from. */
export function lineTo(tree: Tree, state: StateName): readonly Stretch[] {
  const line: Stretch[] = [];
  let until = state.generation + 1;
  for (let at = strandAt(tree.strands, state) ?? -1; at >= 0; at = tree.strands[at]!.parent) {
    line.push({ strand: at, until });
    until = tree.strands[at]!.from;
  }
  return line.toReversed();
}

/**
 * The tree without what left no descendants: of each strand only what the newest descend from, or the line that is kept.
 * @param line stretches that stay whole
 */
export function coalescent(tree: Tree, line: readonly Stretch[]): Tree {
  const strands = tree.strands.map((strand) => ({ ...strand, until: strand.aliveUntil }));
  for (const { strand, until } of line) {
    strands[strand]!.until = Math.max(strands[strand]!.until, until);
  }
  const shown = tree.shown.filter((i) => strands[i]!.until > strands[i]!.from);
  for (const strand of strands) strand.row = -1;
  for (const [row, i] of shown.entries()) strands[i]!.row = row;
  return { ...tree, strands, shown, rows: shown.length };
}

/** The strand itself, those it came from, and all that came from it. */
export function relatives(tree: Tree, strand: number): Set<number> {
  const found = new Set([strand]);
  for (let at = tree.strands[strand]!.parent; at >= 0; at = tree.strands[at]!.parent) found.add(at);
  const below = new Set([strand]);
  for (let i = strand + 1; i < tree.strands.length; i++) {
    if (below.has(tree.strands[i]!.parent)) {
      below.add(i);
      found.add(i);
    }
  }
  return found;
}
