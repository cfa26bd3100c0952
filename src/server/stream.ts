import type { Library } from "./library.ts";
import type { OpenRun } from "./openRun.ts";
import { progressOf } from "./progress.ts";
import type { ProgressMessage, ServerMessage } from "./types.ts";

/** Messages come at most this often. */
const everyMs = 250;
/** Without news, a comment keeps the connection and tells a closed one. */
const heartbeatMs = 10_000;
/** The list of runs is looked at this often. */
const listMs = 2000;

interface Client {
  readonly run: string | null;
  readonly send: (text: string) => void;
  /** The client takes more: its last message has left. */
  readonly ready: () => boolean;
  version: number;
  lastSeq: number | undefined;
  phase: string;
  listedMs: number;
  sentMs: number;
}

/**
 * Server-sent events. Runs are looked at only while somebody watches them; a client that does not read is sent nothing
 * until it does, and then the newest facts.
 */
export class Streams {
  readonly #library: Library;
  readonly #clients = new Set<Client>();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #ticking = false;

  constructor(library: Library, now: () => number = Date.now) {
    this.#library = library;
    this.#now = now;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /**
   * The events of one run, or of the list only.
   * @param lastEventId what the browser says that it has seen
   */
  open(run: string | null, lastEventId: string | undefined): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let client: Client | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          client = {
            run,
            send: (text) => controller.enqueue(encoder.encode(text)),
            ready: () => (controller.desiredSize ?? 0) > 0,
            version: -1,
            lastSeq:
              lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined,
            phase: "",
            listedMs: this.#library.changedMs(),
            sentMs: this.#now(),
          };
          client.send("retry: 1000\n\n");
          this.#clients.add(client);
          this.#timer ??= setInterval(() => void this.tick(), everyMs);
          void this.tick();
        },
        cancel: () => {
          if (client !== undefined) this.#drop(client);
        },
      },
      new CountQueuingStrategy({ highWaterMark: 2 }),
    );
  }

  #drop(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks at the runs that are watched, and tells each client what is new to it. */
  async tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    try {
      const runs = new Map<string, OpenRun | null>();
      for (const { run } of this.#clients) {
        if (run === null || runs.has(run)) continue;
        runs.set(run, await this.#library.open(run).catch(() => null));
      }
      for (const client of this.#clients)
        this.#tell(client, client.run === null ? null : (runs.get(client.run) ?? null));
    } finally {
      this.#ticking = false;
    }
  }

  #tell(client: Client, run: OpenRun | null): void {
    if (!client.ready()) return;
    const now = this.#now();
    const facts = run?.fold.facts ?? null;
    const phase = run === null ? "" : run.standing().phase;
    if (run !== null && facts !== null && (run.version !== client.version || phase !== client.phase)) {
      const data = progressOf(run, client.lastSeq);
      client.version = run.version;
      client.phase = phase;
      client.lastSeq = data.seq;
      client.sentMs = now;
      client.send(messageText({ type: "progress", data }));
      return;
    }
    if (now - client.sentMs < listMs) return;
    const changedMs = this.#library.changedMs();
    if (client.run === null && changedMs !== client.listedMs) {
      client.listedMs = changedMs;
      client.sentMs = now;
      client.send(messageText({ type: "runs", data: { changedMs } }));
    } else if (now - client.sentMs >= heartbeatMs) {
      client.sentMs = now;
      client.send(": still here\n\n");
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clients.clear();
  }
}

/** A message as the protocol writes it; JSON has no line ends of its own. */
export function messageText(message: ServerMessage): string {
  const id = message.type === "progress" ? `id: ${(message.data satisfies ProgressMessage).seq}\n` : "";
  return `event: ${message.type}\n${id}data: ${JSON.stringify(message.data)}\n\n`;
}
