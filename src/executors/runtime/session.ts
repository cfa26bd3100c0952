import { UsageError } from "../../errors/index.ts";
import {
  checkMember,
  checkMerge,
  checkPatch,
  checkSteps,
  checkWrite,
  type MetricValues,
  type Session,
  type Slot,
  sizeOf,
  type Written,
} from "../../tensor/index.ts";
import type { Crew } from "./crew.ts";
import type { Storage } from "./storage.ts";

/** What a session is made of. */
export interface Parts {
  readonly members: number;
  readonly slots: readonly Slot[];
  readonly storage: Storage;
  readonly crew: Crew;
  /** Names of each program's metrics. */
  readonly metricNames: ReadonlyMap<string, readonly string[]>;
  readonly written: Written;
}

/** A population in WebAssembly memory: one record per member, data sets beside them. */
export class WasmSession implements Session {
  readonly members: number;
  readonly slots: readonly Slot[];
  readonly bytes: number;
  private readonly parts: Parts;
  private readonly bySlot: ReadonlyMap<string, Slot>;
  private readonly stepsOf = new Map<string, number>();
  private busy = false;
  private closed = false;

  constructor(parts: Parts) {
    this.parts = parts;
    this.members = parts.members;
    this.slots = parts.slots;
    this.bytes = parts.storage.layout.bytes;
    this.bySlot = new Map(parts.slots.map((slot) => [slot.name, slot]));
  }

  write(name: string, member: number | "all", data: ArrayLike<number>): void {
    this.idle("write");
    const slot = this.bySlot.get(name);
    const repeated = checkWrite(slot, name, this.members, member, data);
    if (slot === undefined) return;
    this.parts.written.note(name, member);
    const { storage } = this.parts;
    if (slot.kind === "data") storage.data(slot).set(data);
    else if (member !== "all") storage.setRow(slot, member, data);
    else {
      const one = repeated ? 0 : sizeOf(slot.shape);
      for (let m = 0; m < this.members; m++) storage.setRow(slot, m, data, m * one);
    }
  }

  patch(name: string, member: number, offset: number, data: ArrayLike<number>): void {
    this.idle("patch");
    const slot = this.bySlot.get(name);
    checkPatch(slot, name, this.members, member, offset, data);
    if (slot !== undefined) this.parts.storage.setPart(slot, member, offset, data);
  }

  read(name: string, member: number | "all"): Float32Array | Int32Array {
    this.idle("read");
    const slot = this.known(name);
    const { storage } = this.parts;
    if (slot.kind === "data") return storage.data(slot).slice();
    const one = sizeOf(slot.shape);
    const rows = member === "all" ? this.members : 1;
    const out = slot.dtype === "int32" ? new Int32Array(one * rows) : new Float32Array(one * rows);
    if (member !== "all") storage.getRow(slot, this.checked(member), out);
    else for (let m = 0; m < rows; m++) storage.getRow(slot, m, out, m * one);
    return out;
  }

  async step(program: string, steps: number, fromStep: number): Promise<void> {
    this.idle("step");
    if (!this.parts.metricNames.has(program)) {
      throw new UsageError(`program ${program}: this session has no such program.`);
    }
    checkSteps(program, steps, fromStep);
    this.parts.written.demand(program);
    this.busy = true;
    try {
      await this.parts.crew.run({ program, units: this.parts.storage.layout.units, fromStep, steps });
      this.stepsOf.set(program, steps);
    } finally {
      this.busy = false;
    }
  }

  metrics(program: string): Readonly<Record<string, MetricValues>> {
    this.idle("metrics");
    const names = this.parts.metricNames.get(program);
    const steps = this.stepsOf.get(program);
    if (names === undefined || steps === undefined) {
      throw new UsageError(`program ${program}: has not run yet, so it has no metrics.`);
    }
    return Object.fromEntries(
      names.map((name, i) => {
        const last = new Float64Array(this.members);
        const mean = new Float64Array(this.members);
        for (let m = 0; m < this.members; m++) {
          const [value, sum] = this.parts.storage.metric(program, names.length, i, m);
          last[m] = value;
          mean[m] = sum / steps;
        }
        return [name, { last, mean }];
      }),
    );
  }

  copyMember(from: number, to: number): void {
    this.idle("copyMember");
    this.parts.storage.copyRow(this.checked(from), this.checked(to));
  }

  mergeMembers(sources: readonly number[], weights: readonly number[], to: number): void {
    this.idle("mergeMembers");
    checkMerge(sources, weights);
    const from = sources.map((source) => this.checked(source));
    const target = this.checked(to);
    for (const slot of this.slots) {
      if (slot.kind !== "parameter" && slot.kind !== "state") continue;
      const rows = from.map((source) => this.read(slot.name, source));
      const merged =
        slot.dtype === "int32" || rows.length === 1
          ? rows[0]!
          : Float32Array.from(rows[0]!, (_, i) =>
              rows.reduce((sum, row, k) => sum + weights[k]! * row[i]!, 0),
            );
      this.parts.storage.setRow(slot, target, merged);
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.parts.crew.close();
  }

  private idle(action: string): void {
    if (this.closed) throw new UsageError(`session: ${action} after close. Open a new session.`);
    if (this.busy) throw new UsageError(`session: ${action} while a call runs. Await step() first.`);
  }

  private known(name: string): Slot {
    const slot = this.bySlot.get(name);
    if (slot === undefined) throw new UsageError(`slot ${name}: no program of this session uses it.`);
    return slot;
  }

  private checked(member: number): number {
    return checkMember(member, this.members);
  }
}
