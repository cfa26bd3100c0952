import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { LIMITS } from "./limits.ts";

/** While this entry is in a save directory, the save is not finished. */
export const PARTIAL = ".partial";

const inside = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

/**
 * Looks at a save directory before it becomes a checkpoint: it is a directory, has bytes in it, no `.partial` entry,
 * no link that leads out, no special file.
 * @returns the rule that it breaks, or null
 */
export async function checkpointProblem(directory: string): Promise<string | null> {
  const top = await lstat(directory).catch(() => null);
  if (top === null) return "the save directory is gone: the trainer must fill {save}, not remove it";
  if (!top.isDirectory()) return "{save} is no longer a directory: the trainer must write files into it";
  let entries = 0;
  let bytes = 0;
  const walk = async (folder: string): Promise<string | null> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const shown = relative(directory, path);
      if (++entries > LIMITS.checkpointEntries) {
        return `a checkpoint takes at most ${LIMITS.checkpointEntries} files`;
      }
      if (entry.name === PARTIAL) return `the save was not finished: ${shown} is still there`;
      if (entry.isSymbolicLink()) {
        const target = resolve(dirname(path), await readlink(path));
        const real = await realpath(path).catch(() => target);
        if (!inside(directory, target) || !inside(await realpath(directory), real)) {
          return `${shown} is a link out of the save directory: write the file itself`;
        }
      } else if (entry.isDirectory()) {
        const problem = await walk(path);
        if (problem !== null) return problem;
      } else if (entry.isFile()) {
        bytes += (await lstat(path)).size;
      } else {
        return `${shown} is a special file (pipe, socket or device): a checkpoint holds plain files`;
      }
    }
    return null;
  };
  try {
    const problem = await walk(directory);
    if (problem !== null) return problem;
  } catch (error) {
    return `the save directory cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (entries === 0) return "the save directory is empty: the trainer must write its state into {save}";
  if (bytes === 0) return "the save directory holds no bytes: the trainer must write its state into {save}";
  return null;
}

/**
 * Names, sizes, times and file numbers of everything in a directory: two prints differ when something was written.
 * Empty for null.
 */
export async function fingerprint(directory: string | null): Promise<string> {
  if (directory === null) return "";
  const lines: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      const { ino, size, mtimeNs } = await lstat(path, { bigint: true });
      lines.push(`${relative(directory, path)} ${ino} ${entry.isDirectory() ? "" : `${size} ${mtimeNs}`}`);
      if (lines.length > LIMITS.checkpointEntries) return;
      if (entry.isDirectory()) await walk(path);
    }
  };
  try {
    await walk(directory);
  } catch {
    lines.push("unreadable");
  }
  return lines.join("\n");
}
