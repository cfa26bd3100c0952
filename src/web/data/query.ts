import { batch, type ReadonlySignal, signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Columns } from "../../figures/index.ts";
import { access } from "./source.ts";
import { type Access, AccessError } from "./access.ts";

/** What a panel knows of one request. Old data stay until newer ones are there. */
export interface Answer<T> {
  readonly data: T | null;
  readonly error: AccessError | null;
  readonly loading: boolean;
  /** The request that `data` answers. */
  readonly request: string | null;
}

const none: Answer<never> = { data: null, error: null, loading: false, request: null };
const capacity = 80;
/** Answers by request and version, so that panels which ask the same share one; oldest go first. */
const cache = new Map<string, Promise<unknown>>();
let cachedFor: Access | null = null;

function shared<T>(request: string, version: number, columns: boolean): Promise<T> {
  const from = access.peek();
  if (from !== cachedFor) cache.clear();
  cachedFor = from;
  const key = `${version} ${request}`;
  const before = cache.get(key);
  if (before !== undefined) {
    cache.delete(key);
    cache.set(key, before);
    return before as Promise<T>;
  }
  const made: Promise<unknown> = columns ? from.columns(request) : from.json(request);
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  if (cache.size > capacity) cache.delete(cache.keys().next().value!);
  return made as Promise<T>;
}

/** Answers that arrive within so long are drawn at once: a panel with two needs then draws once, not with one of them old. */
const togetherMs = 16;
let underWay = 0;
let arrived: { readonly draw: () => void; readonly drawn: () => void }[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function drawArrived(): void {
  clearTimeout(timer);
  timer = undefined;
  const all = arrived;
  arrived = [];
  try {
    batch(() => {
      for (const { draw } of all) draw();
    });
  } finally {
    for (const { drawn } of all) drawn();
  }
}

/** Draws at once when nothing else is under way, else a moment later with the rest. */
function drawTogether(draw: () => void): Promise<void> {
  return new Promise((drawn) => {
    arrived.push({ draw, drawn });
    if (underWay === 0) drawArrived();
    else timer ??= setTimeout(drawArrived, togetherMs);
  });
}

/** An answer older than its need is asked for again after so long, then after twice as long …, so many times. */
const againMs = 1000;
const mostAgain = 6;

/** A server gives older numbers of a live run for a while: those say of which version they are. */
function isOlder(data: unknown, version: number): boolean {
  const of = data as { readonly meta?: { readonly seq?: number; readonly version?: number } } | null;
  const { seq, version: own } = of?.meta ?? {};
  return seq !== undefined && own !== undefined && seq * 1e6 + own < version;
}

interface Need {
  readonly request: string;
  readonly version: number;
  /** How often it was asked for before. */
  readonly times: number;
}

/**
 * One panel's requests: at most one on its way; a newer need replaces the one that waits. `version` counts what has
 * changed on the other side.
 */
export class Puller<T> {
  readonly answer = signal<Answer<T>>(none);
  readonly #columns: boolean;
  #busy = false;
  #next: Need | null = null;
  #last = "";
  #from: Access | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(columns: boolean) {
    this.#columns = columns;
  }

  want(request: string, version: number): void {
    const key = `${version} ${request}`;
    if (key === this.#last && access.peek() === this.#from) return;
    this.#last = key;
    this.#from = access.peek();
    this.#ask({ request, version, times: 0 });
  }

  #ask(need: Need): void {
    clearTimeout(this.#timer);
    this.#next = need;
    if (!this.#busy) void this.#work();
  }

  /** The run may be silent from now on: no message would ask for what is still to come. */
  #askLater({ request, version, times }: Need): void {
    if (times === mostAgain) return;
    this.#timer = setTimeout(
      () => {
        cache.delete(`${version} ${request}`);
        this.#ask({ request, version, times: times + 1 });
      },
      againMs * 2 ** times,
    );
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#next !== null) {
      const need: Need = this.#next;
      const { request, version } = need;
      this.#next = null;
      const before = this.answer.peek();
      if (!before.loading) this.answer.value = { ...before, loading: true };
      underWay++;
      const next = await shared<T>(request, version, this.#columns).then(
        (data): Answer<T> => ({ data, error: null, loading: false, request }),
        (error: unknown): Answer<T> => ({
          ...this.answer.peek(),
          error: error instanceof AccessError ? error : new AccessError("bug", String(error)),
          loading: false,
        }),
      );
      underWay--;
      await drawTogether(() => {
        this.answer.value = next;
      });
      if (this.#next === null && next.error === null && isOlder(next.data, version)) this.#askLater(need);
    }
    this.#busy = false;
  }
}

function usePuller<T>(
  columns: boolean,
  request: () => string | null,
  version: () => number,
  visible: ReadonlySignal<boolean>,
): Answer<T> {
  const puller = useRef<Puller<T> | null>(null);
  puller.current ??= new Puller<T>(columns);
  const latest = useSignal({ request, version });
  latest.value = { request, version };
  useSignalEffect(() => {
    void access.value;
    const wanted = latest.value.request();
    const at = latest.value.version();
    if (visible.value && wanted !== null) puller.current!.want(wanted, at);
  });
  return puller.current.answer.value;
}

/** JSON for a panel, pulled only while it can be seen. The functions may read signals. */
export const useJson = <T>(
  request: () => string | null,
  version: () => number,
  visible: ReadonlySignal<boolean>,
): Answer<T> => usePuller<T>(false, request, version, visible);

/** Numbers for a panel, pulled only while it can be seen. The functions may read signals. */
export const useColumns = <Meta>(
  request: () => string | null,
  version: () => number,
  visible: ReadonlySignal<boolean>,
): Answer<Columns<Meta>> => usePuller<Columns<Meta>>(true, request, version, visible);
