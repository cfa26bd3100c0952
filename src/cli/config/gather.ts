import { refuse, UsageError } from "../../errors/index.ts";
import { layered, type Settings } from "./settings.ts";

/**
 * Settings from several places, later over earlier, with the problems of all of them at once.
 *
 * @throws UsageError
 */
export async function gather(...places: readonly (() => Settings | Promise<Settings>)[]): Promise<Settings> {
  const problems: string[] = [];
  const found: Settings[] = [];
  for (const place of places) {
    try {
      found.push(await place());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
    }
  }
  refuse(problems);
  return layered(...found);
}
