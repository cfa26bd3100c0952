import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StoreError, UsageError } from "../../errors/index.ts";
import { guarded, openRunReader } from "../../store/index.ts";
import { freeName } from "../config/name.ts";
import { type Place, placeOf, runsFolder } from "../record/locate.ts";

/** A run directory made for this process alone. */
export interface Claimed extends Place {
  /** After an error: takes the directory away again, unless something was trained in it. */
  readonly release: (error: unknown) => Promise<void>;
}

/**
 * Makes the directory of a new run: the one that was asked for, or a free name in runs/.
 *
 * @throws StoreError `exists` when the one asked for is taken
 */
export function claimDirectory(cwd: string, wanted: string | undefined, name: string): Claimed {
  if (wanted !== undefined) return claim(cwd, wanted);
  const folder = resolve(cwd, runsFolder);
  for (;;) {
    try {
      return claim(cwd, join(runsFolder, freeName(name, folder)));
    } catch (error) {
      // Another process took that name first: the next one is free.
      if (!(error instanceof StoreError && error.kind === "exists")) throw error;
    }
  }
}

function claim(cwd: string, directory: string): Claimed {
  const place = placeOf(cwd, directory);
  const parent = dirname(place.directory);
  guarded(parent, () => mkdirSync(parent, { recursive: true }));
  try {
    guarded(place.directory, () => mkdirSync(place.directory));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new StoreError(
      "exists",
      `${place.shown}: exists already. Go on with it: polytempo resume ${place.shown}; or choose another --dir or --name`,
    );
  }
  const release = async (error: unknown): Promise<void> => {
    if (error instanceof UsageError && !(await trained(place.directory))) {
      rmSync(place.directory, { recursive: true, force: true });
    }
  };
  return { ...place, release };
}

/** Whether the log holds any evaluation. */
async function trained(directory: string): Promise<boolean> {
  try {
    const reader = await openRunReader(directory);
    try {
      for (const { kind } of reader.decisions()) if (kind === "evaluation") return true;
      return false;
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError && error.kind === "missing") return false;
    throw error;
  }
}
