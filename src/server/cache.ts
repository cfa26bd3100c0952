/** What a cached value costs to hold. */
export interface Sized<T> {
  readonly value: T;
  readonly bytes: number;
  /** What it was made from, where that is older than what was asked for. */
  readonly version?: number;
}

interface Entry<T> {
  readonly live: boolean;
  readonly value: Promise<T>;
  version: number;
  bytes: number;
  costMs: number;
  madeMs: number;
  askedMs: number;
}

/** The share of a core that the answers of live runs may take, all of them together. */
const share = 0.015;
/** A page asks for an answer as often as messages come, and no more. */
const everyMs = 250;
/** What nobody has asked for since is not on a page any more. */
const recentMs = 5000;

/** Of this process, in milliseconds. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Answers that are kept until their run changes, the least used dropped first. While a run is live, answers that cost much
 * are given again for a while although something changed: their `version` says so, and the reader asks again later. An
 * answer that took c ms is made anew after c/share ms and, where n such answers are asked for, after n times as long. The
 * first making is not counted: those after it may well go on from there, and cost far less.
 */
export class AnswerCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #most: number;
  readonly #now: () => number;
  readonly #spent: () => number;
  #bytes = 0;

  /**
   * @param most bytes held
   * @param now clock in milliseconds, also for what answers cost; left out, that is the processor's time
   */
  constructor(most: number, now?: () => number) {
    this.#most = most;
    this.#now = now ?? (() => performance.now());
    this.#spent = now ?? processorMs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Readers at the same time share one making.
   * @param version what the answer should follow from
   * @param make takes what was kept, though it is too old: it may go on from there
   */
  async get(
    key: string,
    version: number,
    live: boolean,
    make: (before: T | undefined) => Promise<Sized<T>> | Sized<T>,
  ): Promise<T> {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      found.askedMs = this.#now();
      const fresh = found.version === version;
      const young = live && found.askedMs - found.madeMs < this.#patience() * found.costMs;
      if (fresh || young) {
        this.#entries.delete(key);
        this.#entries.set(key, found);
        return await found.value;
      }
      this.#drop(key);
    }
    const started = this.#now();
    const spent = this.#spent();
    const made = (async () => await make(await found?.value.catch(() => undefined)))();
    const entry: Entry<T> = {
      live,
      version,
      value: made.then(({ value }) => value),
      bytes: 0,
      // In the making: whoever asks meanwhile waits for it.
      costMs: Infinity,
      madeMs: started,
      askedMs: started,
    };
    this.#entries.set(key, entry);
    try {
      const { value, bytes, version: from = version } = await made;
      entry.version = from;
      // Others may have worked meanwhile, in this process and beside it: the lesser of the two tells more.
      const cost = Math.min(this.#now() - started, this.#spent() - spent);
      entry.costMs = found === undefined ? 0 : cost;
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

  /** For how many times its cost an answer is given again. */
  #patience(): number {
    let demand = 0;
    for (const { live, askedMs, costMs } of this.#entries.values()) {
      if (live && this.#now() - askedMs < recentMs) demand += Math.min(1, costMs / (share * everyMs));
    }
    return Math.max(1, demand) / share;
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
