/**
 * Waiting work with slot affinity: a slot first takes what it did last time, then what belongs to nobody, then the
 * last of the longest other line, so that no slot idles while anything waits. Every operation is O(slots).
 */
export interface AffineQueue<T> {
  push(item: T, affinity: number | null): void;
  take(slot: number): T | undefined;
  readonly size: number;
  clear(): void;
}

interface Line<T> {
  items: T[];
  first: number;
}

export function createAffineQueue<T>(slots: number): AffineQueue<T> {
  const common: Line<T> = { items: [], first: 0 };
  const lines: Line<T>[] = Array.from({ length: slots }, () => ({ items: [], first: 0 }));
  let size = 0;
  const length = (line: Line<T>): number => line.items.length - line.first;
  const shift = (line: Line<T>): T | undefined => {
    const item = line.items[line.first];
    if (item === undefined) return undefined;
    line.first++;
    if (line.first === line.items.length) {
      line.items = [];
      line.first = 0;
    }
    return item;
  };
  const steal = (): T | undefined => {
    let longest: Line<T> | undefined;
    for (const line of lines) {
      if (longest === undefined || length(line) > length(longest)) longest = line;
    }
    if (longest === undefined || length(longest) === 0) return undefined;
    return longest.items.pop();
  };
  return {
    get size() {
      return size;
    },
    push(item, affinity) {
      const line = affinity === null ? common : (lines[affinity] ?? common);
      line.items.push(item);
      size++;
    },
    take(slot) {
      const own = lines[slot];
      const item = (own === undefined ? undefined : shift(own)) ?? shift(common) ?? steal();
      if (item !== undefined) size--;
      return item;
    },
    clear() {
      for (const line of [common, ...lines]) {
        line.items = [];
        line.first = 0;
      }
      size = 0;
    },
  };
}
