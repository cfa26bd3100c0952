import { UsageError } from "../../errors/index.ts";
import { checkWrite, type MetricValues, type Session, type Slot, sizeOf } from "../../tensor/index.ts";
import type { Layout } from "../lower/layout.ts";
import type { Crew } from "./crew.ts";

/** What a session is made of. */
export interface Parts {
  readonly members: number;
  readonly slots: readonly Slot[];
  readonly layout: Layout;
  readonly memory: WebAssembly.Memory;
  readonly crew: Crew;
  /** Names of each program's metrics. */
  readonly metricNames: ReadonlyMap<string, readonly string[]>;
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
    this.bytes = parts.layout.bytes;
    this.bySlot = new Map(parts.slots.map((slot) => [slot.name, slot]));
  }

  write(name: string, member: number | "all", data: ArrayLike<number>): void {
    this.idle("write");
    const slot = this.bySlot.get(name);
    const repeated = checkWrite(slot, name, this.members, member, data);
    if (slot === undefined) return;
    if (slot.kind === "data") {
      this.view(slot, this.parts.layout.data.get(name)!, data.length).set(data);
      return;
    }
    const one = sizeOf(slot.shape);
    if (member !== "all") this.row(slot, member).set(data);
    else if (repeated) for (let m = 0; m < this.members; m++) this.row(slot, m).set(data);
    else {
      const rows = Array.isArray(data) || ArrayBuffer.isView(data) ? data : Array.from(data);
      for (let m = 0; m < this.members; m++) {
        this.row(slot, m).set((rows as number[]).slice(m * one, (m + 1) * one));
      }
    }
  }

  read(name: string, member: number | "all"): Float32Array | Int32Array {
    this.idle("read");
    const slot = this.known(name);
    const one = sizeOf(slot.shape);
    if (slot.kind === "data") {
      return this.view(slot, this.parts.layout.data.get(name)!, one).slice();
    }
    if (member !== "all") return this.row(slot, this.checked(member)).slice();
    const size = one * this.members;
    const all = slot.dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
    for (let m = 0; m < this.members; m++) all.set(this.row(slot, m), m * one);
    return all;
  }

  async step(program: string, steps: number, fromStep: number): Promise<void> {
    this.idle("step");
    if (!this.parts.metricNames.has(program)) {
      throw new UsageError(`program ${program}: this session has no such program.`);
    }
    if (!(Number.isInteger(steps) && steps >= 0 && Number.isInteger(fromStep) && fromStep >= 0)) {
      throw new UsageError(
        `program ${program}: steps and fromStep need to be integers >= 0, got ${steps} and ${fromStep}.`,
      );
    }
    this.busy = true;
    try {
      await this.parts.crew.run({ program, units: this.members, fromStep, steps });
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
    const count = this.members * names.length * 2;
    const values = new Float64Array(this.parts.memory.buffer, this.parts.layout.metrics.get(program)!, count);
    return Object.fromEntries(
      names.map((name, i) => {
        const at = (m: number): number => (m * names.length + i) * 2;
        const pick = (f: (at: number) => number): Float64Array =>
          Float64Array.from({ length: this.members }, (_, m) => f(at(m)));
        return [name, { last: pick((k) => values[k]!), mean: pick((k) => values[k + 1]! / steps) }];
      }),
    );
  }

  copyMember(from: number, to: number): void {
    this.idle("copyMember");
    const { layout, memory } = this.parts;
    const start = layout.records + this.checked(from) * layout.recordBytes;
    const target = layout.records + this.checked(to) * layout.recordBytes + layout.copiedFrom;
    new Uint8Array(memory.buffer).copyWithin(target, start + layout.copiedFrom, start + layout.copiedTo);
  }

  mergeMembers(sources: readonly number[], weights: readonly number[], to: number): void {
    this.idle("mergeMembers");
    if (sources.length === 0 || sources.length !== weights.length) {
      throw new UsageError(
        `mergeMembers: needs as many weights as sources, at least one, got ${weights.length} for ${sources.length}.`,
      );
    }
    for (const slot of this.slots) {
      if (slot.kind !== "parameter" && slot.kind !== "state") continue;
      const rows = sources.map((source) => this.row(slot, this.checked(source)));
      const merged =
        slot.dtype === "int32" || rows.length === 1
          ? rows[0]!.slice()
          : Float32Array.from(rows[0]!, (_, i) =>
              rows.reduce((sum, row, k) => sum + weights[k]! * row[i]!, 0),
            );
      this.row(slot, this.checked(to)).set(merged);
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
    if (Number.isInteger(member) && member >= 0 && member < this.members) return member;
    throw new UsageError(`member needs to be 0 to ${this.members - 1}, got ${member}.`);
  }

  private row(slot: Slot, member: number): Float32Array | Int32Array {
    const { layout } = this.parts;
    const at = layout.records + member * layout.recordBytes + layout.slots.get(slot.name)!;
    return this.view(slot, at, sizeOf(slot.shape));
  }

  private view(slot: Slot, at: number, length: number): Float32Array | Int32Array {
    const { buffer } = this.parts.memory;
    return slot.dtype === "int32" ? new Int32Array(buffer, at, length) : new Float32Array(buffer, at, length);
  }
}
