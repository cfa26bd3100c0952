/** What a cached value costs to hold. */
export interface Sized<T> {
  readonly value: T;
  readonly bytes: number;
}

interface Entry<T> {
  readonly version: number;
  readonly value: Promise<T>;
  bytes: number;
  costMs: number;
  madeMs: number;
}

/** An answer that cost c ms stays for c × 40 ms while its run is live: 2.5 % of a core for each that is asked for again and again. */
const patience = 40;

/**
 * Answers that are kept until their run changes, the least used dropped first. While a run is live an expensive answer is
 * given again for a while although something changed: its `version` says so, and the reader asks again later.
 */
export class AnswerCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #most: number;
  readonly #now: () => number;
  #bytes = 0;

  /** @param most bytes held */
  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Readers at the same time share one making. */
  async get(
    key: string,
    version: number,
    live: boolean,
    make: () => Promise<Sized<T>> | Sized<T>,
  ): Promise<T> {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      const fresh = found.version === version;
      const young = live && this.#now() - found.madeMs < patience * found.costMs;
      if (fresh || young) {
        this.#entries.delete(key);
        this.#entries.set(key, found);
        return await found.value;
      }
      this.#drop(key);
    }
    const started = this.#now();
    const made = (async () => await make())();
    const entry: Entry<T> = {
      version,
      value: made.then(({ value }) => value),
      bytes: 0,
      // In the making: whoever asks meanwhile waits for it.
      costMs: Infinity,
      madeMs: started,
    };
    this.#entries.set(key, entry);
    try {
      const { value, bytes } = await made;
      entry.costMs = this.#now() - started;
      entry.madeMs = this.#now();
      if (this.#entries.get(key) === entry) {
        entry.bytes = bytes;
        this.#bytes += bytes;
        this.#shrink(key);
      }
      return value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      await entry.value.catch(() => {});
      throw error;
    }
  }

  /** Drops what belongs to keys with this beginning. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#drop(key);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
  }

  #shrink(keep: string): void {
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#most) return;
      if (key !== keep) this.#drop(key);
    }
  }
}
