import type { Segment } from "./types.ts";

/** How an attempt failed. */
export interface Failure {
  readonly cause: string;
  readonly message: string;
  /** Last lines of what the trainer printed. */
  readonly tail: string | undefined;
}

/** Why a run is not worth going on with: what failed, of whom. */
export interface Verdict {
  readonly attempts: number;
  readonly members: number;
  /** The first failure of the lowest member, with the trainer's own words. */
  readonly segment: Segment;
  readonly text: string;
}

/**
 * Watches the beginning of a run, until anything of it has worked. A program that is not there, a misspelt argument or
 * a missing import fails in every member alike; each of them would be tried, and tried again, for nothing.
 *
 * The run is over when all of this holds, nothing of the whole run having been reported before:
 * 1. every attempt so far that ended has failed, with the same cause, message and last printed line, numbers apart;
 * 2. none that began before the first failure is still at work: a machine that is too small for all slots has survivors;
 * 3. one that began after the first failure has failed as well: a hiccup ends all that run, but none that comes after;
 * 4. three members have failed, or all where there are fewer.
 * Anything else (a report, a sound segment, another failure, a loss) ends the watch for good.
 */
export interface FirstAttempts {
  /** Nothing has worked so far. */
  readonly watching: boolean;
  /** @returns the attempt's place in the order of beginnings */
  begin(): number;
  /** Takes in a failure. @returns why to end the run, or null */
  failed(place: number, segment: Segment, failure: Failure): Verdict | null;
  /** Something came that is no such failure: the watch is over. */
  release(): void;
}

/** Members that must have failed. */
const least = 3;

const withoutNumbers = (text: string): string => text.replace(/\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, "#");

/** The same for two failures that differ in nothing but a value, a path or a line number; exit codes count. */
function wayOf({ cause, message, tail = "" }: Failure): string {
  const last = tail.trimEnd().split("\n").at(-1) ?? "";
  return JSON.stringify([cause, cause === "exit" ? message : withoutNumbers(message), withoutNumbers(last)]);
}

/** @param proven whether something was reported before this process: then there is nothing to watch */
export function createFirstAttempts(members: number, proven: boolean): FirstAttempts {
  let watching = !proven;
  let begun = 0;
  let attempts = 0;
  let way: string | null = null;
  /** How many had begun when the first failure came. */
  let firstWave = 0;
  let again = false;
  const running = new Set<number>();
  const firsts = new Map<number, Pick<Verdict, "segment" | "text">>();

  return {
    get watching() {
      return watching;
    },
    begin() {
      if (watching) running.add(begun);
      return begun++;
    },
    failed(place, segment, failure) {
      if (!watching) return null;
      const own = wayOf(failure);
      if (way === null) {
        way = own;
        firstWave = begun;
      } else if (way !== own) {
        watching = false;
        return null;
      }
      running.delete(place);
      attempts++;
      again ||= place >= firstWave;
      const { message, tail = "" } = failure;
      if (!firsts.has(segment.member)) {
        firsts.set(segment.member, { segment, text: tail === "" ? message : `${message}\n${tail}` });
      }
      const survivor = [...running].some((other) => other < firstWave);
      if (survivor || !again || firsts.size < Math.min(least, members)) return null;
      return { attempts, members: firsts.size, ...firsts.get(Math.min(...firsts.keys()))! };
    },
    release() {
      watching = false;
      running.clear();
    },
  };
}
