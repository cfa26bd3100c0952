import type { Trainer } from "../../engine/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import type { Probe, Trial } from "./probe.ts";
import type { CheckLine } from "./report.ts";

export interface CheckOptions {
  readonly space: SearchSpace<unknown>;
  readonly metric: string;
  /** An empty directory for checkpoints and logs; the caller removes it. */
  readonly directory: string;
  /** Steps per segment. Default 10. */
  readonly interval?: number;
  readonly seed?: number;
  /** The same trainer, printing noise before it begins: see `noisyCommand`. */
  readonly noisy?: Trainer;
  /** Called with each line as soon as it is known. */
  readonly onLine?: (line: CheckLine) => void;
}

/** What the later judgements build on: three segments that worked. */
export interface Baseline {
  readonly probe: Probe;
  readonly options: CheckOptions;
  readonly steps: number;
  /** From nothing to `steps`. */
  readonly first: Trial;
  /** The same again: the difference of the scores is noise. */
  readonly again: Trial;
  /** From `first` to 2 · `steps`. */
  readonly second: Trial;
  /** Largest difference of scores that noise explains; 0 for a deterministic trainer. */
  readonly noise: number;
  /** Fingerprint of the state of `first` before anything loaded it. */
  readonly untouched: string;
}

/** Whether two scores differ by more than noise and rounding. */
export function differ(a: number | null, b: number | null, noise: number): boolean {
  if (a === null || b === null) return a !== b;
  if (Object.is(a, b)) return false;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return true;
  return Math.abs(a - b) > Math.max(noise, 1e-6 * Math.max(Math.abs(a), Math.abs(b)));
}
