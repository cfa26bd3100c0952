import { randomUUID } from "node:crypto";
import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openRunReader, type RunReader, type RunWriter } from "../store/index.ts";
import type { RunFacts } from "./data/facts.ts";
import { RunFold } from "./data/fold.ts";
import { OperationsFold } from "./data/operations.ts";
import { missing } from "./failure.ts";
import type { Phase } from "./types.ts";

/** Events read before other requests get a turn. */
const eventsPerTurn = 2000;

const reasons: Readonly<Record<string, string>> = {
  steps: "its steps are used up",
  generations: "its generations are used up",
  target: "the target is reached",
  patience: "the best has not improved for as long as patience allows",
  seconds: "its time is used up",
  retired: "every member is retired",
  replayed: "the schedule is replayed",
  failed: "too few members could go on",
};

/** Why a run ended, in words. */
export const endReason = (reason: string): string => reasons[reason] ?? reason;

interface Standing {
  readonly phase: Phase;
  readonly sentence: string;
  readonly writer: RunWriter | null;
}

/** A stored run, opened for reading, with what the views need of its two logs. */
export class OpenRun {
  readonly run: string;
  readonly reader: RunReader;
  readonly fold: RunFold = new RunFold();
  readonly operations: OperationsFold = new OperationsFold();
  /** Of this opening: versions and places in the log are comparable only within one. */
  readonly epoch: string = randomUUID();
  /** Counts the commits that were seen. */
  version = 0;
  #seen: number | null = null;
  #refreshing: Promise<void> | null = null;
  /** Looking takes a question to the system: once for each request. */
  #standing: Standing | null = null;
  #closed = false;
  #holds = 0;
  readonly #file: number;

  private constructor(run: string, reader: RunReader) {
    this.run = run;
    this.reader = reader;
    this.#file = fileOf(reader.directory);
  }

  /** False when the run was deleted, or made again under its name. */
  get stands(): boolean {
    return fileOf(this.reader.directory) === this.#file;
  }

  /** @throws StoreError when there is no sound run in the directory */
  static async open(run: string, directory: string): Promise<OpenRun> {
    return new OpenRun(run, await openRunReader(directory));
  }

  /** What fixes the run. @throws Refusal 404 while its log is empty */
  get facts(): RunFacts {
    if (this.fold.facts === null) throw missing(`${this.run}: its log is empty: nothing has begun yet`);
    return this.fold.facts;
  }

  /** Reads what has been committed since; calls at the same time share one reading. */
  refresh(): Promise<void> {
    this.#standing = null;
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null;
      this.#standing = null;
    });
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    const seen = this.reader.version();
    if (seen === this.#seen) return;
    const events = this.reader.briefDecisions(this.fold.nextSeq);
    // Of this, taking some does not end the rest: a page that was read is not read again.
    const rest = { [Symbol.iterator]: () => ({ next: () => events.next() }) };
    while (!this.#closed) {
      if (this.fold.read(rest, eventsPerTurn) < eventsPerTurn) break;
      await nextTurn();
    }
    if (this.#closed) return;
    this.operations.read(this.reader.operations(this.operations.nextId));
    this.#seen = seen;
    this.version++;
  }

  /** Who writes it, how it stands, and that in a sentence, as of the last `refresh`. */
  standing(): Standing {
    this.#standing ??= this.#stands();
    return this.#standing;
  }

  #stands(): Standing {
    const writer = this.reader.writer();
    const { end } = this.fold;
    if (writer?.state === "alive")
      return { phase: "live", sentence: `Running, process ${writer.pid}.`, writer };
    if (end !== null) return { phase: "ended", sentence: `Ended: ${endReason(end)}.`, writer };
    if (this.fold.facts === null) return { phase: "empty", sentence: "Nothing has begun yet.", writer };
    if (writer?.state === "unknown") {
      return { phase: "elsewhere", sentence: `Held by process ${writer.pid} on ${writer.host}.`, writer };
    }
    const resume = `Go on with: polytempo resume ${this.run}`;
    return writer?.state === "dead"
      ? { phase: "killed", sentence: `Its process was killed. ${resume}`, writer }
      : { phase: "stopped", sentence: `Stopped. ${resume}`, writer };
  }

  /** Milliseconds since 1970 of the last write. */
  changedMs(): number {
    return changedMs(this.reader.directory);
  }

  /** The end of the axis of steps: where the running segments end, or where the last one ended. */
  lastStep(): number {
    const { members, segments, interval } = this.fold;
    const live = this.standing().phase === "live";
    let last = 0;
    for (const { fromStep, lastRow, retired } of members) {
      if (lastRow >= 0) last = Math.max(last, segments.untilStep.at(lastRow));
      if ((live || lastRow < 0) && !retired) last = Math.max(last, fromStep + interval);
    }
    return last;
  }

  /** Keeps it readable, although it is closed meanwhile, until the result is called. */
  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#end();
    };
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  #end(): void {
    if (this.#closed && this.#holds === 0) this.reader.close();
  }
}

/** Number of the file on its disk; −1: there is none. */
const fileOf = (directory: string): number => statOf(directory, "run.db")?.ino ?? -1;

/** Time of the last write: that of the log beside the database while a process has it open. */
export function changedMs(directory: string): number {
  return Math.max(...["run.db", "run.db-wal"].map((file) => statOf(directory, file)?.mtimeMs ?? 0));
}

/** Changes whenever the file, its length or its time of writing does. */
export function stampOf(directory: string): string {
  const stat = statOf(directory, "run.db");
  return `${stat?.ino} ${stat?.size} ${changedMs(directory)}`;
}

/** undefined also where nobody may look. */
function statOf(directory: string, file: string): Stats | undefined {
  try {
    return statSync(join(directory, file), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
