import { StoreError } from "../../errors/index.ts";
import { openRunReader, type RunReader } from "../../store/index.ts";
import type { World } from "../world.ts";
import { locateRun, type Place } from "./locate.ts";
import { Progress, type RunFacts } from "./progress.ts";

/** A stored run, read up to now. */
export interface Record {
  readonly place: Place;
  readonly reader: RunReader;
  readonly progress: Progress;
  readonly run: RunFacts;
}

/**
 * Opens the run that a person means, gives it to `use`, and closes it.
 *
 * @throws StoreError `corrupt` when its log says nothing yet
 */
export async function withRecord<T>(
  world: Pick<World, "cwd">,
  word: string | undefined,
  use: (record: Record) => T | Promise<T>,
): Promise<T> {
  const place = locateRun(world, word);
  const reader = await openRunReader(place.directory);
  try {
    const progress = new Progress();
    progress.read(reader.decisions());
    const { run } = progress;
    if (run === null) {
      throw new StoreError(
        "corrupt",
        `${place.shown}: the decision log is empty: the run was killed before it began. Delete it and run again`,
      );
    }
    return await use({ place, reader, progress, run });
  } finally {
    reader.close();
  }
}
