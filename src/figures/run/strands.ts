import type { Columns } from "../columns.ts";

/** One member going on from its own states, from a copy (or the beginning) to its last segment. */
export interface Strand {
  readonly member: number;
  readonly founder: number;
  /** Row of the layout, 0 at the top. */
  row: number;
  /** Where it begins and ends, in what the tree is laid out by. */
  readonly from: number;
  until: number;
  /** The member's own count of its first and last segment. */
  readonly firstGeneration: number;
  lastGeneration: number;
  /** Index of the strand that it was copied from; −1: a founder's, or one that began before the feed. */
  readonly parent: number;
  /** Descendants among the newest. */
  surviving: boolean;
  /** The end of its last segment that the newest descend from; `from`, where they descend from none. */
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
  readonly by: TreeAxis;
  /** Where the state that was to be kept lies; null: none was, or it is not in the feed. */
  readonly kept: Stretch | null;
}

/**
 * What strands are laid out by. Generations of a synchronous run are the same for all members. In an asynchronous one each
 * member counts its own, and only steps say what was copied when.
 */
export type TreeAxis = "generation" | "step";

/** A strand up to where it is meant. */
export interface Stretch {
  readonly strand: number;
  readonly until: number;
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
 * `surviving`, and for trees by steps `fromStep` and `untilStep`; `first`: rows before these in the whole feed
 * @param everyone false: only strands with descendants among the newest, and those that lead to `keep`
 * @param keep a state whose line is shown even where it has died out: the winner's
 */
export function layOut(
  feed: Columns<{ readonly first: number }>,
  everyone: boolean,
  keep: StateName | null = null,
  by: TreeAxis = "generation",
): Tree {
  const values = (name: string): ArrayLike<number> => feed.arrays[name]?.values ?? [];
  const [generation, member, parent] = [values("generation"), values("member"), values("parent")];
  const [donor, founder, value, surviving] = [
    values("donor"),
    values("founder"),
    values("value"),
    values("surviving"),
  ];
  const [fromStep, untilStep] = [values("fromStep"), values("untilStep")];
  const begin = (i: number): number => (by === "step" ? fromStep[i]! : generation[i]!);
  const end = (i: number): number => (by === "step" ? untilStep[i]! : generation[i]! + 1);
  let kept: Stretch | null = null;
  const isKept = (i: number): boolean => member[i] === keep?.member && generation[i] === keep?.generation;
  const n = generation.length;
  const strands: Strand[] = [];
  const strandOf = new Int32Array(n);
  const children: number[][] = [];
  for (let i = 0; i < n; i++) {
    const before = parent[i]! - feed.meta.first;
    const known = before >= 0 && before < i;
    if (known && donor[i]! < 0) {
      const strand = strands[strandOf[before]!]!;
      strand.until = end(i);
      strand.lastGeneration = generation[i]!;
      strand.value = value[i]!;
      if (surviving[i] === 1) {
        strand.surviving = true;
        strand.aliveUntil = strand.until;
      }
      strandOf[i] = strandOf[before]!;
      if (isKept(i)) kept = { strand: strandOf[i]!, until: end(i) };
      continue;
    }
    strandOf[i] = strands.length;
    if (isKept(i)) kept = { strand: strands.length, until: end(i) };
    const from = known ? strandOf[before]! : -1;
    if (from >= 0) children[from]!.push(strands.length);
    children.push([]);
    strands.push({
      member: member[i]!,
      founder: founder[i]!,
      row: -1,
      from: begin(i),
      until: end(i),
      firstGeneration: generation[i]!,
      lastGeneration: generation[i]!,
      parent: from,
      surviving: surviving[i] === 1,
      aliveUntil: surviving[i] === 1 ? end(i) : begin(i),
      value: value[i]!,
    });
  }
  const lives = new Uint8Array(strands.length);
  if (kept !== null) lives[kept.strand] = 1;
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
    by,
    kept,
  };
}

/** The way to the state that the tree keeps, from the founder on: of each strand only what the state descends from. */
export function lineOf({ strands, kept }: Tree): readonly Stretch[] {
  const line: Stretch[] = [];
  let until = kept?.until ?? 0;
  for (let at = kept?.strand ?? -1; at >= 0; at = strands[at]!.parent) {
    line.push({ strand: at, until });
    until = strands[at]!.from;
  }
  return line.toReversed();
}

/** The tree without what left no descendants: of each strand only what the newest descend from, or the state that is kept. */
export function coalescent(tree: Tree): Tree {
  const strands = tree.strands.map((strand) => ({ ...strand, until: strand.aliveUntil }));
  for (const { strand, until } of lineOf(tree)) {
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
