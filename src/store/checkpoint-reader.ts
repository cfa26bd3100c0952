import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../errors/index.ts";
import type { CheckpointId } from "../population/index.ts";
import { difference, linkFiles, type ManifestEntry, signature } from "./checkpoint-files.ts";
import { describeCheckpoint } from "./checkpoint-names.ts";
import type { Connection } from "./connection.ts";
import { guarded } from "./failures.ts";
import type { CheckpointReader, CheckpointExport } from "./types.ts";

/** Finds and verifies committed checkpoints. */
export class StoredCheckpoints implements CheckpointReader {
  protected readonly connection: Connection;
  /** `runs/x/checkpoints`. */
  protected readonly root: string;
  /** Directories whose digests were right, with what their files looked like then. */
  readonly #verified = new Map<string, string>();

  constructor(connection: Connection, root: string) {
    this.connection = connection;
    this.root = root;
  }

  has(id: CheckpointId): boolean {
    return this.find(id) !== undefined;
  }

  locate(id: CheckpointId): { readonly directory: string; readonly row: number | null } {
    const { path, row } = this.#verify(id);
    return { directory: path, row };
  }

  exportCheckpoint(id: CheckpointId, toDirectory: string): CheckpointExport {
    const { path, row, manifest } = this.#verify(id);
    return guarded(toDirectory, () => {
      const present = lstatSync(toDirectory, { throwIfNoEntry: false });
      if (present !== undefined && (!present.isDirectory() || readdirSync(toDirectory).length > 0)) {
        throw new StoreError(
          "exists",
          `${toDirectory}: already exists and is not empty. Choose another place.`,
        );
      }
      const linked = linkFiles(path, manifest, toDirectory);
      const bytes = manifest.reduce((sum, [, size]) => sum + size, 0);
      return { files: manifest.length, bytes, row, linked };
    });
  }

  bytes(): number {
    return Number(
      this.connection.get("SELECT coalesce(sum(bytes), 0) AS n FROM checkpoint_directories")?.n ?? 0,
    );
  }

  list(): CheckpointId[] {
    return this.connection
      .all("SELECT member, generation, step FROM checkpoints ORDER BY generation, member, step")
      .map((row) => ({
        member: Number(row.member),
        generation: Number(row.generation),
        step: Number(row.step),
      }));
  }

  /** The directory's id, and the member's row in it. */
  protected find(id: CheckpointId): { readonly directory: number; readonly row: number | null } | undefined {
    const found = this.connection.get(
      "SELECT directory, row FROM checkpoints WHERE member = ? AND generation = ? AND step = ?",
      id.member,
      id.generation,
      id.step,
    );
    if (found === undefined) return undefined;
    return { directory: Number(found.directory), row: found.row === null ? null : Number(found.row) };
  }

  #verify(id: CheckpointId): { path: string; row: number | null; manifest: ManifestEntry[] } {
    const found = this.find(id);
    if (found === undefined) {
      throw new StoreError(
        "missing",
        `checkpoint of ${describeCheckpoint(id)}: not in this run, or already deleted.`,
      );
    }
    const stored = this.connection.get(
      "SELECT path, manifest FROM checkpoint_directories WHERE id = ?",
      found.directory,
    )!;
    const path = join(this.root, String(stored.path));
    const manifest = JSON.parse(String(stored.manifest)) as ManifestEntry[];
    this.#compare(id, path, manifest);
    return { path, row: found.row, manifest };
  }

  #compare(id: CheckpointId, path: string, manifest: readonly ManifestEntry[]): void {
    const place = `checkpoint of ${describeCheckpoint(id)} (${path})`;
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      throw new StoreError(
        "missing",
        `${place}: the directory is gone. Was it deleted by hand? Restore it from a backup.`,
      );
    }
    const known = this.#verified.get(path);
    if (known !== undefined && known === this.#signature(path, manifest)) return;
    const problem = guarded(place, () => difference(path, manifest));
    if (problem !== null) {
      throw new StoreError(
        "corrupt",
        `${place}: ${problem}; a checkpoint never changes. Restore it from a backup.`,
      );
    }
    this.#verified.set(path, signature(path, manifest));
  }

  #signature(path: string, manifest: readonly ManifestEntry[]): string | null {
    try {
      return signature(path, manifest);
    } catch {
      return null;
    }
  }
}
