import type { ColumnValues } from "../../figures/index.ts";

/** A numeric column that grows at its end: amortised constant cost, no objects. */
export class Vector<T extends ColumnValues> {
  #held: T;
  #length = 0;

  constructor(empty: T) {
    this.#held = empty;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#held.length) {
      const Kind = this.#held.constructor as new (length: number) => T;
      const larger = new Kind(Math.max(64, Math.ceil(this.#held.length * 1.6)));
      larger.set(this.#held);
      this.#held = larger;
    }
    this.#held[this.#length++] = value;
  }

  /** The i-th value; 0 ≤ i < length. */
  at(i: number): number {
    return this.#held[i]!;
  }

  put(i: number, value: number): void {
    this.#held[i] = value;
  }

  /** A copy of positions `from` … `until` − 1. */
  slice(from = 0, until = this.#length): T {
    return this.#held.slice(from, Math.min(until, this.#length)) as T;
  }
}

export const f64 = (): Vector<Float64Array> => new Vector(new Float64Array(0));
export const f32 = (): Vector<Float32Array> => new Vector(new Float32Array(0));
export const i32 = (): Vector<Int32Array> => new Vector(new Int32Array(0));
export const u32 = (): Vector<Uint32Array> => new Vector(new Uint32Array(0));
export const u8 = (): Vector<Uint8Array> => new Vector(new Uint8Array(0));
