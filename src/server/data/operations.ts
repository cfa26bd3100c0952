import type { Json } from "../../space/index.ts";
import type { StoredOperation } from "../../store/index.ts";
import { StoreError } from "../../errors/index.ts";
import { f64, i32, type Vector } from "./vector.ts";

/** Numbers in a row that may be missing; more are damage. */
const largestGap = 100_000;

/** What the views need of the operations log: when things happened, and how the process stands. */
export class OperationsFold {
  nextId = 1;
  startedMs: number | null = null;
  lastMs: number | null = null;
  paused = false;
  /** Paused, but what ran at that moment is not finished yet. */
  pausing = false;
  /** A person has asked something of the process. */
  controls = 0;
  /** Of the newest start or resume. */
  environment: { readonly [name: string]: Json } = {};
  /** Clock time of each generation's close by generation; NaN where it was not recorded. */
  readonly generationMs: Vector<Float64Array> = f64();
  /** For the i-th operation: the newest generation closed before it. */
  readonly generation: Vector<Int32Array> = i32();

  read(operations: Iterable<StoredOperation>): number {
    let count = 0;
    for (const operation of operations) {
      this.#apply(operation);
      count++;
    }
    return count;
  }

  #apply({ id, kind, timeMs, generation, detail = {} }: StoredOperation): void {
    if (id - this.nextId > largestGap)
      throw new StoreError("corrupt", `operations log: no entries before ${id}`);
    while (this.nextId < id) {
      this.generation.push(this.generationMs.length - 1);
      this.nextId++;
    }
    this.nextId = id + 1;
    this.lastMs = timeMs;
    if (kind === "started" || kind === "resumed") {
      this.startedMs ??= timeMs;
      this.environment = detail;
      this.#pause(false);
    } else if (kind === "generation-done" && generation !== undefined && generation < id + largestGap) {
      while (this.generationMs.length < generation) this.generationMs.push(Number.NaN);
      if (this.generationMs.length === generation) this.generationMs.push(timeMs);
    } else if (kind === "control") {
      this.controls++;
      if (detail["outcome"] === "done" && detail["action"] === "pause") this.#pause(true);
      if (detail["outcome"] === "done" && detail["action"] === "unpause") this.#pause(false);
    } else if (kind === "quiet") {
      this.pausing = false;
    } else if (kind === "stopped" || kind === "ended") {
      this.#pause(false);
    }
    this.generation.push(this.generationMs.length - 1);
  }

  #pause(paused: boolean): void {
    this.paused = paused;
    this.pausing = paused;
  }

  /** Median time between the closes of recent generations; null until two are known. */
  generationTime(): number | null {
    const count = this.generationMs.length;
    const gaps: number[] = [];
    for (let g = Math.max(1, count - 12); g < count; g++) {
      const gap = this.generationMs.at(g) - this.generationMs.at(g - 1);
      if (gap >= 0) gaps.push(gap);
    }
    return gaps.length < 2 ? null : gaps.toSorted((a, b) => a - b)[gaps.length >> 1]!;
  }
}
