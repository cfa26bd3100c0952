import type { MemberId } from "../../population/index.ts";
import { f32, f64, i32, u32, u8, type Vector } from "./vector.ts";

/** One segment that ended: a node of the lineage. */
export interface SegmentRow {
  readonly seq: number;
  readonly origin: number;
  readonly generation: number;
  readonly member: MemberId;
  readonly parent: number;
  readonly donor: number;
  readonly founder: MemberId;
  readonly fromStep: number;
  readonly untilStep: number;
  readonly value: number;
  readonly failed: boolean;
  readonly coordinates: readonly number[];
}

/** All segments in the order of the log, as columns. A row's index is its name everywhere. */
export class SegmentTable {
  readonly dimensions: number;
  readonly seq: Vector<Uint32Array> = u32();
  /** Sequence number of the event that holds the row's hyperparameters exactly. */
  readonly origin: Vector<Uint32Array> = u32();
  readonly generation: Vector<Uint32Array> = u32();
  readonly member: Vector<Uint32Array> = u32();
  /** Row of the segment that it started from; −1: it began the lineage. */
  readonly parent: Vector<Int32Array> = i32();
  /** Whom it had copied; −1: it went on from its own state. */
  readonly donor: Vector<Int32Array> = i32();
  readonly founder: Vector<Uint32Array> = u32();
  readonly fromStep: Vector<Float64Array> = f64();
  readonly untilStep: Vector<Float64Array> = f64();
  readonly value: Vector<Float64Array> = f64();
  readonly score: Vector<Float64Array> = f64();
  readonly failed: Vector<Uint8Array> = u8();
  /** Members that descend from it at the slow step that followed. */
  readonly offspring: Vector<Uint32Array> = u32();
  /** Encoded hyperparameters, row by row `[rows, K]`. */
  readonly coordinates: Vector<Float32Array> = f32();
  /** Row of (member, generation) by member; holes are −1. */
  readonly #rows = new Map<MemberId, Vector<Int32Array>>();

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }

  get count(): number {
    return this.seq.length;
  }

  push(row: SegmentRow): number {
    const index = this.count;
    // Every generation of a member is at least one event of the log.
    if (!(row.generation >= 0 && row.generation <= row.seq))
      throw new RangeError(`generation ${row.generation}`);
    this.seq.push(row.seq);
    this.origin.push(row.origin);
    this.generation.push(row.generation);
    this.member.push(row.member);
    this.parent.push(row.parent);
    this.donor.push(row.donor);
    this.founder.push(row.founder);
    this.fromStep.push(row.fromStep);
    this.untilStep.push(row.untilStep);
    this.value.push(row.value);
    this.score.push(Number.NaN);
    this.failed.push(row.failed ? 1 : 0);
    this.offspring.push(0);
    for (const coordinate of row.coordinates) this.coordinates.push(coordinate);
    let rows = this.#rows.get(row.member);
    if (rows === undefined) {
      rows = i32();
      this.#rows.set(row.member, rows);
    }
    while (rows.length < row.generation) rows.push(-1);
    if (rows.length === row.generation) rows.push(index);
    else rows.put(row.generation, index);
    return index;
  }

  addOffspring(row: number): void {
    this.offspring.put(row, this.offspring.at(row) + 1);
  }

  /** −1 when there is no such segment. */
  rowOf(member: MemberId, generation: number): number {
    const rows = this.#rows.get(member);
    return rows !== undefined && generation >= 0 && generation < rows.length ? rows.at(generation) : -1;
  }

  /** Rows of one member, oldest first. */
  *rowsOf(member: MemberId): IterableIterator<number> {
    const rows = this.#rows.get(member);
    for (let g = 0; rows !== undefined && g < rows.length; g++) if (rows.at(g) >= 0) yield rows.at(g);
  }

  /** Rows from the founder's segment to this one. */
  path(row: number): number[] {
    const found: number[] = [];
    for (let at = row; at >= 0; at = this.parent.at(at)) found.push(at);
    return found.toReversed();
  }

  coordinate(row: number, k: number): number {
    return this.coordinates.at(row * this.dimensions + k);
  }
}
