import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { refuse, UsageError } from "../errors/index.ts";
import type { CheckpointId } from "../population/index.ts";
import { flushDirectory, inspect, type ManifestEntry, removeTree, seal } from "./checkpoint-files.ts";
import { checkpointKey, finalPath, isAttemptName, isMemberName, preparedName } from "./checkpoint-names.ts";
import { StoredCheckpoints } from "./checkpoint-reader.ts";
import type { Connection } from "./connection.ts";
import { guarded, toStoreError } from "./failures.ts";
import type { CheckpointStore } from "./types.ts";

/**
 * Checkpoints of a run that is being written. A directory is filled under `preparing/`, then renamed to its final
 * name, then entered in run.db: the entry is what makes it a checkpoint. Deletion goes the other way, entry first. So
 * after a crash a directory without an entry is left over, and `sweep` removes it; an entry without files never is.
 */
export class Checkpoints extends StoredCheckpoints implements CheckpointStore {
  readonly #preparing: string;
  readonly #flush: boolean;
  /** Pins by checkpoint and by directory: a checkpoint may be written anew while its old files are read. */
  readonly #pins = new Map<string, number>();
  readonly #pinnedDirectories = new Map<number, number>();
  /** Directories out of run.db that are still to be deleted. */
  readonly #condemned = new Set<string>();

  constructor(connection: Connection, root: string, options: { readonly flush: boolean }) {
    super(connection, root);
    this.#preparing = join(root, "preparing");
    this.#flush = options.flush;
    guarded(root, () => mkdirSync(this.#preparing, { recursive: true }));
  }

  prepare(member: number, generation: number, attempt: number): string {
    const directory = join(this.#preparing, preparedName(member, generation, attempt));
    guarded(directory, () => {
      removeTree(directory);
      mkdirSync(directory, { recursive: true });
    });
    return directory;
  }

  commit(prepared: string, ids: readonly CheckpointId[], rows?: readonly number[]): void {
    const path = dirname(prepared) === this.#preparing ? finalPath(basename(prepared)) : null;
    if (path === null) throw new TypeError(`internal: commit: ${prepared} does not come from prepare()`);
    checkIds(ids, rows);
    const manifest = sealed(prepared, this.#flush);
    const target = join(this.root, path);
    guarded(prepared, () => {
      this.#move(prepared, target);
      this.connection.transaction(() => {
        this.connection.onRollback(() => removeTree(target));
        this.#enter(path, manifest, ids, rows);
      });
    });
  }

  collect(keep: readonly CheckpointId[]): number {
    const kept = new Set(keep.map(checkpointKey));
    return this.connection.transaction(() => {
      for (const id of this.list()) {
        const key = checkpointKey(id);
        if (kept.has(key) || this.#pins.has(key)) continue;
        this.connection.run(
          "DELETE FROM checkpoints WHERE member = ? AND generation = ? AND step = ?",
          id.member,
          id.generation,
          id.step,
        );
      }
      return this.#releaseDirectories();
    });
  }

  pin(id: CheckpointId): () => void {
    const key = checkpointKey(id);
    this.locate(id);
    const { directory } = this.find(id)!;
    add(this.#pins, key, 1);
    add(this.#pinnedDirectories, directory, 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      add(this.#pins, key, -1);
      add(this.#pinnedDirectories, directory, -1);
    };
  }

  /** Removes what a crash left over: half-filled directories, directories without entries and entries without use. */
  sweep(): void {
    this.connection.transaction(() => this.#releaseDirectories());
    const known = new Set(
      this.connection.all("SELECT path FROM checkpoint_directories").map((row) => String(row.path)),
    );
    guarded(this.root, () => {
      for (const name of readdirSync(this.#preparing)) this.#condemned.add(join(this.#preparing, name));
      for (const member of readdirSync(this.root).filter(isMemberName)) {
        for (const attempt of readdirSync(join(this.root, member)).filter(isAttemptName)) {
          if (!known.has(`${member}/${attempt}`)) this.#condemned.add(join(this.root, member, attempt));
        }
      }
    });
    this.#deleteCondemned();
  }

  #move(prepared: string, target: string): void {
    const parent = dirname(target);
    if (!existsSync(parent)) mkdirSync(parent, { recursive: true });
    renameSync(prepared, target);
    if (this.#flush) flushDirectory(parent);
  }

  #enter(
    path: string,
    manifest: readonly ManifestEntry[],
    ids: readonly CheckpointId[],
    rows: readonly number[] | undefined,
  ): void {
    const bytes = manifest.reduce((sum, [, size]) => sum + size, 0);
    const { id: directory } = this.connection.run(
      "INSERT INTO checkpoint_directories (path, bytes, manifest) VALUES (?, ?, ?)",
      path,
      bytes,
      JSON.stringify(manifest),
    );
    for (const [i, id] of ids.entries()) {
      this.connection.run(
        "INSERT OR REPLACE INTO checkpoints (member, generation, step, directory, row) VALUES (?, ?, ?, ?, ?)",
        id.member,
        id.generation,
        id.step,
        directory,
        rows?.[i] ?? null,
      );
    }
  }

  /** Takes directories that nothing refers to out of run.db, and deletes them after the commit. Returns their bytes. */
  #releaseDirectories(): number {
    let freed = 0;
    const unused = this.connection.all(
      "SELECT id, path, bytes FROM checkpoint_directories AS d " +
        "WHERE NOT EXISTS (SELECT 1 FROM checkpoints AS c WHERE c.directory = d.id)",
    );
    for (const row of unused) {
      if (this.#pinnedDirectories.has(Number(row.id))) continue;
      this.connection.run("DELETE FROM checkpoint_directories WHERE id = ?", row.id!);
      freed += Number(row.bytes);
      this.connection.afterCommit(() => this.#condemned.add(join(this.root, String(row.path))));
    }
    this.connection.afterCommit(() => this.#deleteCondemned());
    return freed;
  }

  /**
   * What cannot be deleted now (a process that outlived its run still writes there) is tried again at the next
   * collection or opening.
   */
  #deleteCondemned(): void {
    for (const directory of this.#condemned) {
      try {
        removeTree(directory);
        this.#condemned.delete(directory);
      } catch {
        // Out of run.db already: nobody refers to it, so a failed deletion costs space only.
      }
    }
  }
}

/** What a trainer may have done to its own files, so that they cannot be taken over. */
const trainerFaults = ["EACCES", "EPERM", "ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EISDIR", "EINVAL"];

/** @throws UsageError when the directory breaks a rule, or cannot be read */
function sealed(prepared: string, flush: boolean): ManifestEntry[] {
  try {
    const { files, problems } = inspect(prepared);
    refuse(problems);
    return seal(prepared, files, flush);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && trainerFaults.includes(code)) {
      throw new UsageError(
        `checkpoint: every file must be readable by this user and stay in place (${message}).`,
      );
    }
    throw toStoreError(error, prepared);
  }
}

function checkIds(ids: readonly CheckpointId[], rows: readonly number[] | undefined): void {
  if (ids.length === 0) throw new TypeError("internal: commit: needs at least one checkpoint id");
  if (rows !== undefined && rows.length !== ids.length) {
    throw new TypeError(`internal: commit: ${ids.length} ids but ${rows.length} rows`);
  }
  if (rows === undefined && ids.length > 1)
    throw new TypeError("internal: commit: a shared checkpoint needs rows");
  if (new Set(ids.map(checkpointKey)).size !== ids.length) {
    throw new TypeError("internal: commit: the same checkpoint id twice");
  }
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
