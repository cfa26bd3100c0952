import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { StoreError } from "../errors/index.ts";
import { openRunReader } from "../store/index.ts";
import { factsOf } from "./data/facts.ts";
import { missing, Refusal } from "./failure.ts";
import { changedMs, OpenRun } from "./openRun.ts";
import type { RunList, RunSummary } from "./types.ts";
import { summaryView } from "./views/manifest.ts";

/** Runs that stay open; the one that was not asked for longest is closed. */
const mostOpen = 8;

const isRun = (directory: string): boolean => existsSync(join(directory, "run.db"));

/**
 * The runs that a server shows. A client names a run as the list does; a name is looked up there and never becomes part
 * of a path.
 */
export class Library {
  readonly #places: readonly string[];
  readonly #open = new Map<string, Promise<OpenRun>>();
  readonly #glances = new Map<string, { readonly changedMs: number; readonly summary: RunSummary }>();
  readonly #onClose: (run: string) => void;

  /**
   * @param places run directories, or folders of them (looked at anew each time)
   * @param onClose called when a run is closed to make room
   */
  constructor(places: readonly string[], onClose: (run: string) => void = () => {}) {
    this.#places = places.map((place) => resolve(place));
    this.#onClose = onClose;
  }

  /** Names to directories. Of equal names the later ones get `~2`, `~3` … */
  #directories(): Map<string, string> {
    const found = new Map<string, string>();
    const add = (directory: string): void => {
      if ([...found.values()].includes(directory)) return;
      const name = basename(directory);
      let unique = name;
      for (let n = 2; found.has(unique); n++) unique = `${name}~${n}`;
      found.set(unique, directory);
    };
    for (const place of this.#places) {
      if (isRun(place)) add(place);
      else if (existsSync(place)) {
        for (const entry of readdirSync(place, { withFileTypes: true })) {
          const directory = join(place, entry.name);
          if ((entry.isDirectory() || entry.isSymbolicLink()) && isRun(directory)) add(directory);
        }
      }
    }
    return found;
  }

  /** Every run, newest first. One that cannot be read is listed with the reason. */
  async list(): Promise<RunList> {
    const runs: RunSummary[] = [];
    for (const [name, directory] of this.#directories()) {
      const open = this.#open.get(name);
      if (open === undefined) runs.push(await this.#glance(name, directory));
      else {
        const run = await open;
        await run.refresh();
        runs.push(summaryView(run));
      }
    }
    return { runs: runs.toSorted((a, b) => b.changedMs - a.changedMs || (a.run < b.run ? -1 : 1)) };
  }

  /** The newest write of any run: changes when a list should be read anew. */
  changedMs(): number {
    return Math.max(0, ...[...this.#directories().values()].map((directory) => changedMs(directory)));
  }

  /** How a run stands, from the first and the last events of its log only. */
  async #glance(name: string, directory: string): Promise<RunSummary> {
    const changed = changedMs(directory);
    const known = this.#glances.get(directory);
    if (known?.changedMs === changed && known.summary.phase !== "live") return known.summary;
    let summary: RunSummary;
    try {
      summary = await glanceAt(name, directory);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      summary = {
        run: name,
        phase: "unreadable",
        standing: error.message,
        metric: null,
        members: 0,
        generation: 0,
        best: null,
        changedMs: changed,
      };
    }
    this.#glances.set(directory, { changedMs: changed, summary });
    return summary;
  }

  /**
   * The run of that name, read up to now.
   * @throws Refusal 404 when the list has no such name, 503 when its file is damaged
   */
  async open(name: string): Promise<OpenRun> {
    const directory = this.#directories().get(name);
    if (directory === undefined) throw missing(`There is no run of this name.`);
    let opening = this.#open.get(name);
    const known = await opening?.catch(() => undefined);
    if (known !== undefined && !known.stands && this.#open.get(name) === opening) {
      this.#open.delete(name);
      this.#onClose(name);
      known.close();
    }
    opening = this.#open.get(name);
    if (opening === undefined) {
      opening = OpenRun.open(name, directory);
      opening.catch(() => this.#open.delete(name));
    }
    this.#open.delete(name);
    this.#open.set(name, opening);
    try {
      const run = await opening;
      await run.refresh();
      this.#closeOldest();
      return run;
    } catch (error) {
      if (error instanceof StoreError) throw new Refusal(503, "store", error.message);
      throw error;
    }
  }

  #closeOldest(): void {
    for (const [name, opening] of [...this.#open].slice(0, Math.max(0, this.#open.size - mostOpen))) {
      this.#open.delete(name);
      this.#onClose(name);
      void opening.then((run) => run.close());
    }
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const opening of all) (await opening).close();
  }
}

async function glanceAt(name: string, directory: string): Promise<RunSummary> {
  const reader = await openRunReader(directory);
  try {
    const [first] = reader.briefDecisions();
    const facts = first === undefined ? null : factsOf(first);
    const count = reader.decisionCount();
    let generation = 0;
    let best: number | null = null;
    let end: string | null = null;
    for (const { kind, body, generation: at } of reader.briefDecisions(
      Math.max(0, count - 3 * (facts?.members ?? 0) - 16),
    )) {
      if (kind === "intervention") end = null;
      if (kind === "end") end = body["reason"] as string;
      if (kind !== "generation" && kind !== "end") continue;
      generation = Math.max(generation, at + 1);
      best = (body["best"] as { readonly value: number } | null)?.value ?? best;
    }
    const writer = reader.writer();
    const live = writer?.state === "alive";
    const phase = live
      ? "live"
      : end !== null
        ? "ended"
        : facts === null
          ? "empty"
          : writer?.state === "unknown"
            ? "elsewhere"
            : writer?.state === "dead"
              ? "killed"
              : "stopped";
    return {
      run: name,
      phase,
      standing: live
        ? `Running, process ${writer.pid}.`
        : end !== null
          ? `Ended: ${end}.`
          : `It is ${phase}.`,
      metric: facts?.metric ?? null,
      members: facts?.members ?? 0,
      generation,
      best,
      changedMs: changedMs(directory),
    };
  } finally {
    reader.close();
  }
}
