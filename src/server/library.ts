import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { StoreError } from "../errors/index.ts";
import { missing, Refusal } from "./failure.ts";
import { glanceAt, unreadable } from "./glance.ts";
import { changedMs, OpenRun, stampOf } from "./openRun.ts";
import type { RunList, RunSummary } from "./types.ts";
import { summaryView } from "./views/manifest.ts";

/** Runs that stay open although nobody asks for them; the one that was not asked for longest is closed first. */
const mostOpen = 8;
/** A run that was asked for within this time, or is being read, is not closed. */
const idleMs = 30_000;

/** A run that stays readable until `release` is called. */
export interface Lease {
  readonly run: OpenRun;
  readonly release: () => void;
}

interface Entry {
  readonly opening: Promise<OpenRun>;
  usedMs: number;
}

/**
 * The runs that a server shows. A client names a run as the list does; a name is looked up there and never becomes part
 * of a path.
 */
export class Library {
  readonly #places: readonly string[];
  readonly #open = new Map<string, Entry>();
  readonly #glances = new Map<string, { readonly changedMs: number; readonly summary: RunSummary }>();
  /** Runs that could not be read, by directory: nothing is tried again before their file changes. */
  readonly #failed = new Map<string, { readonly stamp: string; readonly error: StoreError }>();
  readonly #onClose: (run: string) => void;
  readonly #now: () => number;
  /** As it was found last. */
  #found: ReadonlyMap<string, string> = new Map();

  /**
   * @param places run directories, or folders of them (looked at anew each time)
   * @param onClose called when a run is closed to make room
   */
  constructor(
    places: readonly string[],
    onClose: (run: string) => void = () => {},
    now: () => number = () => performance.now(),
  ) {
    this.#places = places.map((place) => resolve(place));
    this.#onClose = onClose;
    this.#now = now;
  }

  /** Names to directories. Of equal names the later ones get `~2`, `~3` … */
  #directories(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const known = new Set<string>();
    const add = (directory: string): void => {
      if (known.has(directory)) return;
      known.add(directory);
      const name = basename(directory);
      let unique = name;
      for (let n = 2; found.has(unique); n++) unique = `${name}~${n}`;
      found.set(unique, directory);
    };
    for (const place of this.#places) {
      if (isRun(place)) add(place);
      else for (const directory of foldersIn(place)) if (isRun(directory)) add(directory);
    }
    this.#found = found;
    return found;
  }

  #directoryOf(name: string): string {
    const known = this.#found.get(name);
    const directory = known !== undefined && isRun(known) ? known : this.#directories().get(name);
    if (directory === undefined) throw missing(`There is no run of this name.`);
    return directory;
  }

  /** Every run, newest first. One that cannot be read is listed with the reason. */
  async list(): Promise<RunList> {
    const runs: RunSummary[] = [];
    for (const [name, directory] of this.#directories()) {
      const open = await this.#summary(name);
      runs.push(open ?? (await this.#glance(name, directory)));
    }
    return { runs: runs.toSorted((a, b) => b.changedMs - a.changedMs || (a.run < b.run ? -1 : 1)) };
  }

  /** The newest write of any run: changes when a list should be read anew. */
  changedMs(): number {
    return Math.max(0, ...[...this.#directories().values()].map((directory) => changedMs(directory)));
  }

  /** Of a run that is open and can be read. */
  async #summary(name: string): Promise<RunSummary | null> {
    const run = await this.#open.get(name)?.opening.catch(() => undefined);
    if (run === undefined || !run.stands) return null;
    const release = run.hold();
    try {
      await run.refresh();
      return summaryView(run);
    } catch {
      return null;
    } finally {
      release();
    }
  }

  /** How a run stands, from the first and the last events of its log only. */
  async #glance(name: string, directory: string): Promise<RunSummary> {
    const changed = changedMs(directory);
    const known = this.#glances.get(directory);
    if (known?.changedMs === changed && known.summary.phase !== "live")
      return { ...known.summary, run: name };
    let summary: RunSummary;
    try {
      summary = await glanceAt(name, directory);
    } catch (error) {
      summary = unreadable(name, directory, error);
    }
    this.#glances.set(directory, { changedMs: changed, summary });
    return summary;
  }

  /**
   * The run of that name, read up to now; it may be closed some time after nobody asks for it any more.
   * @throws Refusal 404 when the list has no such name, 503 when its file is damaged
   */
  async open(name: string): Promise<OpenRun> {
    const { run, release } = await this.lease(name);
    release();
    return run;
  }

  /** As `open`, and it is not closed before it is released. */
  async lease(name: string): Promise<Lease> {
    const directory = this.#directoryOf(name);
    const failed = this.#failed.get(directory);
    if (failed?.stamp === stampOf(directory)) throw new Refusal(503, "store", failed.error.message);
    this.#failed.delete(directory);
    let release = (): void => {};
    try {
      const run = await this.#entry(name, directory);
      release = run.hold();
      await run.refresh();
      this.#closeIdle();
      return { run, release };
    } catch (error) {
      release();
      if (!(error instanceof StoreError)) throw error;
      // A file that is mended or restored in its place is opened anew.
      if (error.kind === "corrupt") this.#failed.set(directory, { stamp: stampOf(directory), error });
      const entry = this.#open.get(name);
      if (entry !== undefined) this.#close(name, entry);
      throw new Refusal(503, "store", error.message);
    }
  }

  /** Opens a run, or finds it open. One whose file is another by now is opened anew. */
  async #entry(name: string, directory: string): Promise<OpenRun> {
    for (;;) {
      let entry = this.#open.get(name);
      if (entry === undefined) {
        entry = { opening: OpenRun.open(name, directory), usedMs: 0 };
        const opening = entry;
        opening.opening.catch(() => {
          if (this.#open.get(name) === opening) this.#open.delete(name);
        });
      }
      entry.usedMs = this.#now();
      // The last in the map is the one used last.
      this.#open.delete(name);
      this.#open.set(name, entry);
      const run = await entry.opening;
      if (run.stands && this.#open.get(name) === entry) return run;
      if (this.#open.get(name) === entry) this.#close(name, entry);
    }
  }

  #closeIdle(): void {
    for (const [name, entry] of this.#open) {
      if (this.#open.size <= mostOpen || this.#now() - entry.usedMs < idleMs) return;
      this.#close(name, entry);
    }
  }

  #close(name: string, { opening }: Entry): void {
    this.#open.delete(name);
    this.#onClose(name);
    opening.then(
      (run) => run.close(),
      () => {},
    );
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const { opening } of all) (await opening.catch(() => undefined))?.close();
  }
}

/** False also for what cannot be looked at. */
function isRun(directory: string): boolean {
  try {
    return statSync(join(directory, "run.db"), { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function foldersIn(place: string): string[] {
  try {
    return readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => join(place, entry.name));
  } catch {
    return [];
  }
}
