import { UsageError } from "../errors/index.ts";
import { Frame } from "./frame.ts";
import { infer } from "./infer.ts";
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
import { joinedRanges, type Range } from "./range.ts";
import { ShapeError, shapeText } from "./shapes.ts";

/** What a node needs beside its operation and inputs. */
export interface Wanted {
  readonly shape?: Shape;
  readonly dtype?: DType;
}

const shared: ReadonlySet<string> = new Set(["constant", "step", "sequentialIndex"]);

const random: ReadonlySet<string> = new Set(["uniform", "normal", "randomIndex"]);

/** What a node has beside its operation's own attributes. */
const derived: ReadonlySet<string> = new Set(["id", "inputs", "shape", "dtype", "scope", "origin"]);

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
  /** The loop that each node belongs to, by id. */
  private readonly frames: (Frame | undefined)[] = [];
  private readonly open: Frame[] = [];

  node(id: NodeId): Node {
    return this.nodes[id]!;
  }

  /**
   * Appends a node, or finds its equal.
   * @throws UsageError with the line of the user's model, the rule, the shapes that came and what to do
   */
  add(operation: Operation, inputs: readonly NodeId[], wanted: Wanted = {}): NodeId {
    return random.has(operation.op)
      ? this.draw(operation, inputs, wanted, this.open.length)
      : this.append(operation, inputs, wanted, this.frameOf(operation, inputs));
  }

  /** Begins the body of a loop: what is added from now on and depends on its arguments belongs to it. */
  begin(length: number): Frame {
    const frame = new Frame(length, this.open.length + 1);
    this.open.push(frame);
    return frame;
  }

  /** Ends a body; its nodes may not be used any more. */
  end(frame: Frame): void {
    if (this.open.at(-1) === frame) this.open.pop();
    frame.open = false;
  }

  /** A value of a body that comes from outside, different at each time. */
  argument(frame: Frame, { shape, dtype }: Pick<Node, "shape" | "dtype">): NodeId {
    return this.append({ op: "argument", index: this.nodes.length }, [], { shape, dtype }, frame);
  }

  /** The entry of a sequence `[length, …]` at the time of the body. */
  entry(frame: Frame, sequence: NodeId): NodeId {
    const { shape, dtype } = this.nodes[sequence]!;
    return frame.leaf({ kind: "sequence", input: sequence }, () =>
      this.argument(frame, { shape: shape.slice(1), dtype }),
    );
  }

  /** A value from outside that the body is to see as its own argument. */
  captured(frame: Frame, input: NodeId): NodeId {
    return frame.leaf({ kind: "captured", input }, () => this.argument(frame, this.nodes[input]!));
  }

  /** Whether a node belongs to a body. */
  inside(id: NodeId, frame: Frame): boolean {
    return this.frames[id] === frame;
  }

  /** Lets a scan also stack a value of its body (by its id there); the node of the stack. */
  stacked(scan: NodeId, value: NodeId): NodeId {
    const node = this.nodes[scan]!;
    if (node.op !== "scan") throw new RangeError(`${node.op}: is not a scan.`);
    const { body, carries } = node;
    const known = body.outputs.indexOf(value, carries);
    if (known < 0) this.nodes[scan] = { ...node, body: { ...body, outputs: [...body.outputs, value] } };
    return this.add({ op: "result", index: known < 0 ? body.outputs.length : known }, [scan]);
  }

  /** A draw inside loops is one entry of a draw outside them: it differs from time to time. */
  private draw(operation: Operation, inputs: readonly NodeId[], wanted: Wanted, depth: number): NodeId {
    const frame = this.open[depth - 1];
    if (frame === undefined) return this.append(operation, inputs, wanted, undefined);
    if (inputs.some((id) => this.frames[id] !== undefined)) {
      throw this.error(
        `${operation.op}: its bound depends on the step of a scan. Compute it outside the loop.`,
      );
    }
    const all = { ...wanted, shape: [frame.length, ...(wanted.shape ?? [])] };
    return this.entry(frame, this.draw(operation, inputs, all, depth - 1));
  }

  /** The innermost loop whose arguments an operation depends on. */
  private frameOf({ op }: Operation, inputs: readonly NodeId[]): Frame | undefined {
    let innermost: Frame | undefined;
    for (const id of inputs) {
      const frame = this.frames[id];
      if (frame === undefined) continue;
      if (!frame.open) throw this.leaked(op);
      if (innermost === undefined || frame.depth > innermost.depth) innermost = frame;
    }
    return innermost;
  }

  private leaked(what: string): UsageError {
    return this.error(
      `${what}: a tensor of a scan's step is used outside of it. Return it from the step, as carry or y.`,
    );
  }

  private append(
    operation: Operation,
    inputs: readonly NodeId[],
    wanted: Wanted,
    frame: Frame | undefined,
  ): NodeId {
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
    this.frames.push(frame);
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

  /** Notes what a hyperparameter may be; the trainer compares it with the search space, and sessions with what is written. */
  range(name: string, range: Range): void {
    const slot = this.slots.get(name);
    if (slot?.kind !== "hyper") return;
    this.slots.set(name, { ...slot, ranges: joinedRanges(slot.ranges, [range]) });
  }

  /** At the end of the step, slot ← node. */
  update(slot: string, node: NodeId): void {
    const { shape, dtype } = this.nodes[node]!;
    this.outside(`update of ${slot}`, node);
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
    this.outside(`metric ${name}`, node);
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

  /** The program so far; what belongs to the body of a loop is in its scan alone. */
  program(): Program {
    const renamed = new Map<NodeId, NodeId>();
    const nodes: Node[] = [];
    for (const node of this.nodes) {
      if (this.frames[node.id] !== undefined) continue;
      renamed.set(node.id, nodes.length);
      nodes.push({ ...node, id: nodes.length, inputs: node.inputs.map((input) => renamed.get(input)!) });
    }
    return {
      nodes,
      slots: [...this.slots.values()],
      updates: this.updates.map(({ slot, node }) => ({ slot, node: renamed.get(node)! })),
      metrics: this.metrics.map(({ name, node }) => ({ name, node: renamed.get(node)! })),
    };
  }

  /** Storage and metrics change once per step, not once per time. */
  private outside(what: string, node: NodeId): void {
    if (this.frames[node] !== undefined) throw this.leaked(what);
    if (this.open.length > 0) throw this.error(`${what}: happens inside a scan. Do it after the loop.`);
  }

  private scopeOf(operation: Operation, inputs: readonly Node[]): Scope {
    if (operation.op === "read") return this.slots.get(operation.slot)?.kind === "data" ? "shared" : "member";
    if (inputs.length === 0) return shared.has(operation.op) ? "shared" : "member";
    return inputs.some((node) => node.scope === "member") ||
      ["randomIndex", "shuffledIndex"].includes(operation.op)
      ? "member"
      : "shared";
  }

  private identity(operation: Operation, inputs: readonly NodeId[], shape: Shape, dtype: DType): string {
    const own = Object.fromEntries(Object.entries(operation).filter(([name]) => !derived.has(name)));
    const attributes = JSON.stringify(own, (name, value: unknown) => {
      if (name === "origin") return undefined;
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
