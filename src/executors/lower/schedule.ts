import type { NodeId, Program } from "../../tensor/index.ts";
import { type Kernel, results } from "./kernel.ts";
import { isWhole, type View, type Views } from "./view.ts";

/** Kernels in the order in which they run, and where updates go. */
export interface Schedule {
  readonly kernels: readonly Kernel[];
  /** Nodes that are computed straight into a slot. */
  readonly inPlace: ReadonlyMap<NodeId, string>;
  /** Slots that nobody reads and that take a value which is stored elsewhere too: written in the same pass. */
  readonly also: ReadonlyMap<NodeId, readonly string[]>;
  /** Updates that are copied at the end of the step. */
  readonly copies: readonly { readonly slot: string; readonly node: NodeId }[];
}

/** Nodes whose memory a kernel reads. */
export function readsOf(kernel: Kernel, program: Program, views: Views): Set<NodeId> {
  const own = new Set(results(kernel));
  const reductions = new Set(kernel.kind === "loop" ? kernel.reductions : []);
  const found = new Set<NodeId>();
  for (const id of own) {
    for (const { source } of views.inputs(program.nodes[id]!)) {
      if (!own.has(source) || reductions.has(source)) found.add(source);
    }
  }
  return found;
}

/**
 * Orders kernels by their data, and lets updates be written in place where every other reader of the slot's old value
 * can run before the writer.
 */
export function schedule(program: Program, views: Views, kernels: readonly Kernel[]): Schedule {
  const producer = new Map<NodeId, number>();
  kernels.forEach((kernel, index) => {
    for (const id of results(kernel)) producer.set(id, index);
  });
  const reads = kernels.map((kernel) => readsOf(kernel, program, views));
  const before: Set<number>[] = reads.map(
    (ids, index) =>
      new Set([...ids].flatMap((id) => producer.get(id) ?? []).filter((other) => other !== index)),
  );
  const dependsOn = (from: number, on: number): boolean => {
    const seen = new Set<number>();
    const stack = [from];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at === on) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      stack.push(...before[at]!);
    }
    return false;
  };

  const slotOf = (id: NodeId): string | undefined => {
    const node = program.nodes[id]!;
    return node.op === "read" ? node.slot : undefined;
  };
  const inPlace = new Map<NodeId, string>();
  const also = new Map<NodeId, string[]>();
  const copies: { slot: string; node: NodeId }[] = [];
  for (const { slot, node } of program.updates) {
    const view = views.of[node]!;
    const writer = producer.get(view.source);
    const readers = kernels.flatMap((_, index) =>
      [...reads[index]!].some((id) => slotOf(id) === slot) ? [index] : [],
    );
    const possible =
      writer !== undefined &&
      !inPlace.has(view.source) &&
      isWhole(view, program.nodes[view.source]!) &&
      readers.every((reader) =>
        reader === writer ? readsInStep(kernels[writer]!, program, views, slot) : !dependsOn(reader, writer),
      );
    if (!possible) {
      const kernel = writer === undefined ? undefined : kernels[writer]!;
      const whole = isWhole(view, program.nodes[view.source]!) && readers.length === 0;
      if (whole && kernel?.kind === "loop" && !kernel.reductions.includes(view.source)) {
        also.set(view.source, [...(also.get(view.source) ?? []), slot]);
      } else copies.push({ slot, node });
      continue;
    }
    inPlace.set(view.source, slot);
    for (const reader of readers) if (reader !== writer) before[writer]!.add(reader);
  }

  const age = kernels.map((kernel) => Math.max(...results(kernel)));
  const waiting = new Set(kernels.keys());
  const ordered: Kernel[] = [];
  while (waiting.size > 0) {
    let next = -1;
    for (const index of waiting) {
      const ready = [...before[index]!].every((other) => !waiting.has(other));
      if (ready && (next < 0 || age[index]! < age[next]!)) next = index;
    }
    if (next < 0) throw new Error("the kernels of a program need each other in a circle");
    waiting.delete(next);
    ordered.push(kernels[next]!);
  }
  return { kernels: ordered, inPlace, also, copies };
}

/** Whether a kernel reads a slot only at the index that it writes: then it may write over it. */
function readsInStep(kernel: Kernel, program: Program, views: Views, slot: string): boolean {
  if (kernel.kind !== "loop" || kernel.reductions.length > 0) return false;
  const from = ({ source }: View): boolean => {
    const node = program.nodes[source]!;
    return node.op === "read" && node.slot === slot;
  };
  if (kernel.matmul !== undefined && views.inputs(program.nodes[kernel.matmul]!).some(from)) return false;
  return kernel.nodes.every((id) =>
    views
      .inputs(program.nodes[id]!)
      .every((view) => !from(view) || isWhole(view, program.nodes[view.source]!)),
  );
}
