/** A block of bytes that is needed from one moment to another (both included). */
export interface Lifetime {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

const ALIGNMENT = 64;
/** Vector loads may read past the last element; what they find there is never used. */
const SLACK = 16;

/** Bytes that a block of `size` bytes takes. */
export const padded = (size: number): number => Math.ceil((size + SLACK) / ALIGNMENT) * ALIGNMENT;

/**
 * Offsets for blocks such that blocks whose lifetimes meet do not overlap: the largest first, each at the lowest free
 * offset.
 * @returns offsets in the order of the blocks, and the bytes that all need together
 */
export function allocate(blocks: readonly Lifetime[]): { readonly offsets: number[]; readonly size: number } {
  const offsets = blocks.map(() => 0);
  const placed: { readonly block: Lifetime; readonly start: number; readonly end: number }[] = [];
  let size = 0;
  const order = blocks
    .map((_, index) => index)
    .toSorted((a, b) => blocks[b]!.size - blocks[a]!.size || a - b);
  for (const index of order) {
    const block = blocks[index]!;
    const bytes = padded(block.size);
    const meeting = placed
      .filter((other) => other.block.from <= block.to && block.from <= other.block.to)
      .toSorted((a, b) => a.start - b.start);
    let start = 0;
    for (const other of meeting) {
      if (other.start - start >= bytes) break;
      start = Math.max(start, other.end);
    }
    offsets[index] = start;
    placed.push({ block, start, end: start + bytes });
    size = Math.max(size, start + bytes);
  }
  return { offsets, size };
}
