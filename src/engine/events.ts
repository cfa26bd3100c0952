import type { RunEvent } from "./types.ts";

/** Events held for a reader that is behind; beyond it the oldest reports are dropped first, then the oldest of all. */
const capacity = 20_000;

/** One writer, any number of readers; a slow reader loses old events, never memory. */
export interface EventHub {
  emit(event: RunEvent): void;
  /** No further events: readers end after what they hold, with the error when there is one. */
  close(failure?: { readonly error: unknown }): void;
  readonly events: AsyncIterable<RunEvent>;
}

class Queue {
  #held: RunEvent[] = [];
  #first = 0;
  #wake: (() => void) | null = null;
  #closed = false;
  #failure: { readonly error: unknown } | undefined;

  push(event: RunEvent): void {
    this.#held.push(event);
    if (this.#held.length - this.#first > capacity) this.#shrink();
    this.#notify();
  }

  end(failure: { readonly error: unknown } | undefined): void {
    this.#closed = true;
    this.#failure = failure;
    this.#notify();
  }

  async next(): Promise<IteratorResult<RunEvent, undefined>> {
    for (;;) {
      const event = this.#held[this.#first];
      if (event !== undefined) {
        this.#first++;
        if (this.#first > 1024 && this.#first * 2 > this.#held.length) {
          this.#held = this.#held.slice(this.#first);
          this.#first = 0;
        }
        return { done: false, value: event };
      }
      if (this.#closed) {
        const failure = this.#failure;
        this.#failure = undefined;
        if (failure !== undefined) throw failure.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  #shrink(): void {
    const held = this.#held.slice(this.#first);
    const kept = held.filter((event) => event.type !== "report");
    this.#held = kept.slice(-Math.floor(capacity / 2));
    this.#first = 0;
  }
}

/** What was emitted before the first reader came is kept for it. */
export function createEventHub(): EventHub {
  const early = new Queue();
  let waiting: Queue | null = early;
  const readers = new Set<Queue>([early]);
  let closed: { readonly failure: { readonly error: unknown } | undefined } | null = null;
  const open = (): Queue => {
    const queue = waiting ?? new Queue();
    waiting = null;
    readers.add(queue);
    if (closed !== null) queue.end(closed.failure);
    return queue;
  };
  return {
    emit(event) {
      for (const queue of readers) queue.push(event);
    },
    close(failure) {
      closed = { failure };
      for (const queue of readers) queue.end(failure);
    },
    events: {
      [Symbol.asyncIterator]() {
        const queue = open();
        return {
          next: () => queue.next(),
          return: () => {
            readers.delete(queue);
            return Promise.resolve({ done: true as const, value: undefined });
          },
        };
      },
    },
  };
}
