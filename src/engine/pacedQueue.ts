import { type AffineQueue, createAffineQueue } from "./queue.ts";

/**
 * Waiting work of members at paces of their own: who has trained least goes first, and slots have their affinity among
 * equals. Without it, where members outnumber slots, the first of them would train to the end before the others begin,
 * and nobody could be compared.
 * @param stepOf where a piece of work begins
 */
export function createPacedQueue<T>(slots: number, stepOf: (item: T) => number): AffineQueue<T> {
  const queues = new Map<number, AffineQueue<T>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(item, affinity) {
      const step = stepOf(item);
      const queue = queues.get(step) ?? createAffineQueue<T>(slots);
      queues.set(step, queue);
      queue.push(item, affinity);
      size++;
    },
    take(slot) {
      if (size === 0) return undefined;
      const least = Math.min(...queues.keys());
      const queue = queues.get(least)!;
      const item = queue.take(slot);
      if (queue.size === 0) queues.delete(least);
      size--;
      return item;
    },
    clear() {
      queues.clear();
      size = 0;
    },
  };
}
