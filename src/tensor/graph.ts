import { UsageError } from "../errors/index.ts";
import { infer, ShapeError, shapeText } from "./infer.ts";
import type {
  DType,
  Metric,
  Node,
  NodeId,
  Operation,
  Program,
  Scope,
  Shape,
  Slot,
  SlotKind,
  Update,
} from "./ir.ts";
import { origin } from "./origin.ts";

/** What a node needs beside its operation and inputs. */
export interface Wanted {
  readonly shape?: Shape;
  readonly dtype?: DType;
}

const shared: ReadonlySet<string> = new Set(["constant", "step", "sequentialIndex"]);

/** Large literals are told apart by identity, small ones by value. */
const SMALL_LITERAL = 64;

/** A program under construction. Equal nodes (same operation, attributes and inputs) are made once. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly slots = new Map<string, Slot>();
  private readonly known = new Map<string, NodeId>();
  private readonly literals = new Map<object, number>();
  private readonly purposes = new Map<string, number>();
  private readonly updates: Update[] = [];
  private readonly metrics: Metric[] = [];
  /** Origin given to new nodes instead of the caller's line: that of the node being differentiated. */
  private forced: { readonly origin: string | undefined } | undefined;

  node(id: NodeId): Node {
    return this.nodes[id]!;
  }

  /**
   * Appends a node, or finds its equal.
   * @throws UsageError with the line of the user's model, the rule, the shapes that came and what to do
   */
  add(operation: Operation, inputs: readonly NodeId[], wanted: Wanted = {}): NodeId {
    const sources = inputs.map((id) => this.nodes[id]!);
    let inferred: { shape: Shape; dtype: DType };
    try {
      inferred = infer(operation, sources, wanted.shape, wanted.dtype);
    } catch (error) {
      if (error instanceof ShapeError) throw this.error(error.message);
      throw error;
    }
    const { shape, dtype } = inferred;
    const identity = this.identity(operation, inputs, shape, dtype);
    const found = this.known.get(identity);
    if (found !== undefined) return found;
    const id = this.nodes.length;
    const place = this.forced === undefined ? origin() : this.forced.origin;
    this.nodes.push({
      ...operation,
      id,
      inputs: [...inputs],
      shape: [...shape],
      dtype,
      scope: this.scopeOf(operation, sources),
      ...(place === undefined ? {} : { origin: place }),
    });
    this.known.set(identity, id);
    return id;
  }

  /** Runs `work` with its nodes attributed to an earlier node's line. */
  attribute<T>(node: Node, work: () => T): T {
    const before = this.forced;
    this.forced = { origin: node.origin };
    try {
      return work();
    } finally {
      this.forced = before;
    }
  }

  /** An error that begins with the line of the user's model, where it is known. */
  error(message: string): UsageError {
    const place = this.forced === undefined ? origin() : this.forced.origin;
    return new UsageError(place === undefined ? message : `${place}: ${message}`);
  }

  /**
   * Declares storage and reads it. Declaring a name again must agree.
   * @throws UsageError when a slot of that name has another kind, shape or type
   */
  read(name: string, kind: SlotKind, shape: Shape, dtype: DType = "float32"): NodeId {
    const slot = this.slots.get(name);
    if (slot === undefined) this.slots.set(name, { name, kind, shape: [...shape], dtype });
    else if (slot.kind !== kind || slot.dtype !== dtype || shapeText(slot.shape) !== shapeText(shape)) {
      throw this.error(
        `${name}: is already ${slot.kind} ${slot.dtype} ${shapeText(slot.shape)}, ` +
          `and now ${kind} ${dtype} ${shapeText(shape)}. Rename one of them.`,
      );
    }
    return this.add({ op: "read", slot: name }, [], { shape, dtype });
  }

  /** Requires the values of an int32 slot to be in 0 … below − 1. */
  bound(name: string, below: number): void {
    const slot = this.slots.get(name);
    if (slot === undefined) return;
    this.slots.set(name, { ...slot, below: Math.min(below, slot.below ?? below) });
  }

  /** At the end of the step, slot ← node. */
  update(slot: string, node: NodeId): void {
    const { shape, dtype } = this.nodes[node]!;
    const target = this.slots.get(slot);
    if (target === undefined || target.kind === "data") {
      throw this.error(`${slot}: only a member's own storage can be updated. Declare it first.`);
    }
    if (shapeText(target.shape) !== shapeText(shape) || target.dtype !== dtype) {
      throw this.error(
        `${slot}: is ${target.dtype} ${shapeText(target.shape)}, its update is ${dtype} ${shapeText(shape)}.`,
      );
    }
    if (this.updates.some((update) => update.slot === slot)) {
      throw this.error(`${slot}: is updated twice in one step. Combine the two updates.`);
    }
    this.updates.push({ slot, node });
  }

  metric(name: string, node: NodeId): void {
    const { shape, dtype } = this.nodes[node]!;
    if (shape.length > 0 || dtype !== "float32") {
      throw this.error(
        `metric ${name}: needs a float32 number, got ${dtype} ${shapeText(shape)}. Average it.`,
      );
    }
    if (this.metrics.some((metric) => metric.name === name)) {
      throw this.error(`metric ${name}: exists already. Rename one of them.`);
    }
    this.metrics.push({ name, node });
  }

  /** A name for a random stream that no other call of this graph has: `dropout`, `dropout#1` … */
  purpose(name: string): string {
    const count = this.purposes.get(name) ?? 0;
    this.purposes.set(name, count + 1);
    return count === 0 ? name : `${name}#${count}`;
  }

  program(): Program {
    return {
      nodes: [...this.nodes],
      slots: [...this.slots.values()],
      updates: [...this.updates],
      metrics: [...this.metrics],
    };
  }

  private scopeOf(operation: Operation, inputs: readonly Node[]): Scope {
    if (operation.op === "read") return this.slots.get(operation.slot)?.kind === "data" ? "shared" : "member";
    if (inputs.length === 0) return shared.has(operation.op) ? "shared" : "member";
    return inputs.some((node) => node.scope === "member") || operation.op === "randomIndex"
      ? "member"
      : "shared";
  }

  private identity(operation: Operation, inputs: readonly NodeId[], shape: Shape, dtype: DType): string {
    const attributes = JSON.stringify(operation, (_, value: unknown) => {
      if (typeof value === "number" && !Number.isFinite(value)) return String(value);
      if (Object.is(value, -0)) return "-0";
      if (!(value instanceof Float64Array || value instanceof Int32Array)) return value;
      if (value.length <= SMALL_LITERAL) return Array.from(value, String);
      const literal = this.literals.get(value) ?? this.literals.size;
      this.literals.set(value, literal);
      return `literal ${literal}`;
    });
    return `${attributes}(${inputs.join(",")})${dtype}${shape.join(",")}`;
  }
}
