import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { StoreError, UsageError } from "../../errors/index.ts";
import { didYouMean } from "../text/suggest.ts";
import type { World } from "../world.ts";

/** Where runs are stored when nothing else is said. */
export const runsFolder = "runs";

const isRun = (directory: string): boolean => existsSync(join(directory, "run.db"));

/** Names of the runs in runs/, newest first. */
export function runNames(cwd: string): string[] {
  const folder = join(cwd, runsFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isRun(join(folder, entry.name)))
    .map((entry) => ({ name: entry.name, time: changedAt(join(folder, entry.name)) }))
    .toSorted((a, b) => b.time - a.time || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** Time of the last write: that of the log beside the database while a process has it open. */
function changedAt(directory: string): number {
  return Math.max(
    ...["run.db", "run.db-wal"].map(
      (file) => statSync(join(directory, file), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    ),
  );
}

/** A run directory, and how to write it to a person in this working directory. */
export interface Place {
  readonly directory: string;
  readonly shown: string;
  readonly name: string;
}

export function placeOf(cwd: string, directory: string): Place {
  const absolute = resolve(cwd, directory);
  const near = relative(cwd, absolute);
  return {
    directory: absolute,
    shown: near === "" ? "." : near.startsWith("..") ? absolute : near,
    name: basename(absolute),
  };
}

/**
 * The run that a person means: a directory, a name in runs/, or, with nothing said, the newest.
 *
 * @throws UsageError when there is none
 * @throws StoreError `missing` when there is no such run
 */
export function locateRun(world: Pick<World, "cwd">, word: string | undefined): Place {
  const names = runNames(world.cwd);
  if (word === undefined) {
    const [newest] = names;
    if (newest === undefined) {
      throw new UsageError("no run in runs/ here. Start one with polytempo run, or name a run directory");
    }
    return placeOf(world.cwd, join(runsFolder, newest));
  }
  if (isRun(resolve(world.cwd, word))) return placeOf(world.cwd, word);
  if (names.includes(word)) return placeOf(world.cwd, join(runsFolder, word));
  const hint = didYouMean(basename(word), names);
  throw new StoreError("missing", `${word}: no run here (no run.db), and no runs/${basename(word)}.${hint}`);
}
