import { Refusal } from "./failure.ts";
import type { Lease, Library } from "./library.ts";
import type { OpenRun } from "./openRun.ts";
import { progressOf } from "./progress.ts";
import type { Phase, ProgressMessage, ServerMessage } from "./types.ts";

/** Messages come at most this often. */
const everyMs = 250;
/** Without news, a comment keeps the connection and tells a closed one. */
const heartbeatMs = 10_000;
/** The list of runs is looked at this often. */
const listMs = 2000;
/** Connections at once: browsers keep six to a host, and each costs a little four times a second. */
const mostClients = 64;

interface Client {
  readonly run: string | null;
  readonly send: (text: string) => void;
  /** The client takes more: its last message has left. */
  readonly ready: () => boolean;
  version: number;
  epoch: string | undefined;
  lastSeq: number | undefined;
  /** `gone`: the run is not there, or cannot be read. */
  phase: string;
  listedMs: number;
  sentMs: number;
}

/** What a round of messages tells of one run. */
interface Told {
  readonly run: OpenRun;
  readonly phase: Phase;
}

/**
 * Server-sent events. Runs are looked at only while somebody watches them, once for all who do; a client that does not
 * read is sent nothing until it does, and then the newest facts.
 */
export class Streams {
  readonly #library: Library;
  readonly #clients = new Set<Client>();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #ticking = false;
  #listed: { readonly atMs: number; readonly changedMs: number } | null = null;

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
   * @throws Refusal 503 when too many watch already
   */
  open(run: string | null, lastEventId: string | undefined): ReadableStream<Uint8Array> {
    if (this.#clients.size >= mostClients)
      throw new Refusal(503, "busy", `${mostClients} pages watch already. Close some of them.`);
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
            epoch: undefined,
            lastSeq:
              lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined,
            phase: "",
            listedMs: this.#changedMs(),
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

  /** The newest write of any run, looked up at most every other second. */
  #changedMs(): number {
    if (this.#listed === null || this.#now() - this.#listed.atMs >= listMs)
      this.#listed = { atMs: this.#now(), changedMs: this.#library.changedMs() };
    return this.#listed.changedMs;
  }

  /** One round of messages. Never fails: what cannot be read is told as gone. */
  async tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    const leases: Lease[] = [];
    const told = new Map<string, Told | null>();
    try {
      for (const { run } of this.#clients) {
        if (run === null || told.has(run)) continue;
        const lease = await this.#library.lease(run).catch(() => null);
        if (lease !== null) leases.push(lease);
        told.set(run, lease === null ? null : toldOf(lease.run));
      }
      for (const client of this.#clients) this.#tell(client, told);
    } finally {
      for (const { release } of leases) release();
      this.#ticking = false;
    }
  }

  #tell(client: Client, told: ReadonlyMap<string, Told | null>): void {
    // A client of a run that nobody watched when the round began gets its message in the next one.
    if (!client.ready() || (client.run !== null && !told.has(client.run))) return;
    const now = this.#now();
    const send = (message: ServerMessage): void => {
      client.sentMs = now;
      client.send(messageText(message));
    };
    const of = client.run === null ? undefined : told.get(client.run);
    if (of === null) {
      // Its page asks for the list, and finds out there.
      if (client.phase !== "gone") send({ type: "runs", data: { changedMs: this.#changedMs() } });
      client.phase = "gone";
    } else if (
      of !== undefined &&
      (of.run.version !== client.version || of.phase !== client.phase || of.run.epoch !== client.epoch)
    ) {
      if (client.epoch !== undefined && of.run.epoch !== client.epoch) client.lastSeq = undefined;
      client.epoch = of.run.epoch;
      const data = progressOf(of.run, client.lastSeq, of.phase);
      client.version = of.run.version;
      client.phase = of.phase;
      client.lastSeq = data.seq;
      send({ type: "progress", data });
      return;
    }
    if (now - client.sentMs < listMs) return;
    const changedMs = this.#changedMs();
    if (client.run === null && changedMs !== client.listedMs) {
      client.listedMs = changedMs;
      send({ type: "runs", data: { changedMs } });
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

/** null: it cannot be read, or nothing has begun. */
function toldOf(run: OpenRun): Told | null {
  try {
    void run.facts;
    return { run, phase: run.standing().phase };
  } catch {
    return null;
  }
}

/** A message as the protocol writes it; JSON has no line ends of its own. */
export function messageText(message: ServerMessage): string {
  const id = message.type === "progress" ? `id: ${(message.data satisfies ProgressMessage).seq}\n` : "";
  return `event: ${message.type}\n${id}data: ${JSON.stringify(message.data)}\n\n`;
}
