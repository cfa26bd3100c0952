import { type Node, type NodeId, sizeOf } from "../../tensor/index.ts";
import { padded } from "./arena.ts";

/** Literal arrays of all programs of a session, side by side. */
export class Literals {
  readonly values: { readonly offset: number; readonly values: Float32Array | Int32Array }[] = [];
  private readonly from: number;
  private next: number;

  /** @param from bytes that others take in front */
  constructor(from: number) {
    this.from = from;
    this.next = from;
  }

  get bytes(): number {
    return this.next - this.from;
  }

  /** Adds the literals among some nodes. @returns the offset of each */
  store(
    nodes: readonly Node[],
    live: ReadonlySet<NodeId>,
    copied: ReadonlySet<NodeId>,
  ): ReadonlyMap<NodeId, number> {
    const offsets = new Map<NodeId, number>();
    for (const node of nodes) {
      if (node.op !== "constant" || !live.has(node.id)) continue;
      const make = node.dtype === "int32" ? Int32Array : Float32Array;
      const values =
        typeof node.values === "number"
          ? new make(copied.has(node.id) ? sizeOf(node.shape) : 1).fill(node.values)
          : make.from(node.values as ArrayLike<number>);
      offsets.set(node.id, this.next);
      this.values.push({ offset: this.next, values });
      this.next += padded(values.byteLength);
    }
    return offsets;
  }
}
