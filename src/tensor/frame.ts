import type { NodeId } from "./ir.ts";

/** What an argument of a body stands for: an entry of a sequence, or a value that is the same at all times. */
export interface Leaf {
  readonly kind: "sequence" | "captured";
  readonly input: NodeId;
}

/**
 * The body of a loop while it is traced. Its arguments are nodes of the graph itself, and whatever depends on them
 * belongs to the frame; all else stays outside the loop and is computed once.
 */
export class Frame {
  readonly length: number;
  /** 1 for a loop that is in no other. */
  readonly depth: number;
  /** Whether the body is still traced: afterwards its nodes may not be used. */
  open = true;
  readonly leaves = new Map<NodeId, Leaf>();
  private readonly known = new Map<string, NodeId>();

  constructor(length: number, depth: number) {
    this.length = length;
    this.depth = depth;
  }

  /** The argument of a leaf, made on first use. */
  leaf(leaf: Leaf, make: () => NodeId): NodeId {
    const name = `${leaf.kind} ${leaf.input}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const id = make();
    this.known.set(name, id);
    this.leaves.set(id, leaf);
    return id;
  }
}
