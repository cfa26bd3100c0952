import { type Slot, sizeOf } from "../../tensor/index.ts";
import type { Layout } from "../lower/layout.ts";

type Row = Float32Array | Int32Array;

/** Reads and writes members' rows in a session's memory, whatever the number of lanes. */
export class Storage {
  readonly layout: Layout;
  private readonly memory: WebAssembly.Memory;
  private readonly floats: Float32Array;
  private readonly integers: Int32Array;

  constructor(layout: Layout, memory: WebAssembly.Memory) {
    this.layout = layout;
    this.memory = memory;
    // The memory never grows: these views stay valid.
    this.floats = new Float32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
  }

  /** All elements of a `data` slot. */
  data(slot: Slot): Row {
    const from = this.layout.data.get(slot.name)! / 4;
    return this.words(slot).subarray(from, from + sizeOf(slot.shape));
  }

  setId(member: number, id: number): void {
    this.integers[this.first(member)] = id;
  }

  /** Copies a member's row to `out` from `at` on. */
  getRow(slot: Slot, member: number, out: Row, at = 0): void {
    const { lanes } = this.layout;
    const words = this.words(slot);
    const size = sizeOf(slot.shape);
    const from = this.first(member) + this.layout.slots.get(slot.name)! / 4;
    if (lanes === 1) out.set(words.subarray(from, from + size), at);
    else for (let i = 0; i < size; i++) out[at + i] = words[from + i * lanes]!;
  }

  /** Sets a member's row to the elements of `data` from `at` on. */
  setRow(slot: Slot, member: number, data: ArrayLike<number>, at = 0): void {
    const { lanes } = this.layout;
    const words = this.words(slot);
    const size = sizeOf(slot.shape);
    const to = this.first(member) + this.layout.slots.get(slot.name)! / 4;
    for (let i = 0; i < size; i++) words[to + i * lanes] = data[at + i]!;
  }

  /** Sets elements of a member's row from `offset` on. */
  setPart(slot: Slot, member: number, offset: number, data: ArrayLike<number>): void {
    const { lanes } = this.layout;
    const words = this.words(slot);
    const to = this.first(member) + this.layout.slots.get(slot.name)! / 4 + offset * lanes;
    for (let i = 0; i < data.length; i++) words[to + i * lanes] = data[i]!;
  }

  /** Copies parameters and states. */
  copyRow(from: number, to: number): void {
    const { lanes, copiedFrom, copiedTo } = this.layout;
    const source = this.first(from);
    const target = this.first(to);
    for (let word = copiedFrom / 4; word < copiedTo / 4; word += lanes) {
      this.integers[target + word] = this.integers[source + word]!;
    }
  }

  /** [last value, sum over the call] of a metric. */
  metric(program: string, count: number, index: number, member: number): readonly [number, number] {
    const { lanes, metrics } = this.layout;
    const unit = Math.floor(member / lanes);
    const at = metrics.get(program)! + (unit * count + index) * lanes * 16 + (member % lanes) * 8;
    const view = new DataView(this.memory.buffer);
    return [view.getFloat64(at, true), view.getFloat64(at + lanes * 8, true)];
  }

  /** Index of a member's first word. */
  private first(member: number): number {
    const { lanes, records, recordBytes } = this.layout;
    return (records + Math.floor(member / lanes) * recordBytes) / 4 + (member % lanes);
  }

  private words(slot: Slot): Row {
    return slot.dtype === "int32" ? this.integers : this.floats;
  }
}
