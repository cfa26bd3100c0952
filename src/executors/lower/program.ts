import type { Key } from "../../random/index.ts";
import { type Node, type NodeId, type OwnRows, ownRows, type Program, sizeOf } from "../../tensor/index.ts";
import { scratchBytes } from "../kernels/matmul.ts";
import { allocate, type Lifetime, padded } from "./arena.ts";
import type { Address, Call } from "./call.ts";
import { fuse } from "./fuse.ts";
import { type Kernel, results } from "./kernel.ts";
import { lowerLoop } from "./loops.ts";
import { prepare } from "./prepare.ts";
import { readsOf, schedule } from "./schedule.ts";
import { copyCall, lowerSingle, type Surroundings } from "./singles.ts";
import { rowMajor, type View, type Views } from "./view.ts";

/** One step of a program as calls of kernels, with the memory that they need. */
export interface Lowered {
  readonly calls: readonly Call[];
  /** Bytes of working memory per worker. */
  readonly arenaBytes: number;
  /** Literal arrays: bytes of all, and each with its offset. */
  readonly constantBytes: number;
  readonly constants: readonly { readonly offset: number; readonly values: Float32Array | Int32Array }[];
  /** Where the step's number (float32) is expected in the arena, when it is used. */
  readonly stepOffset: number;
  readonly metrics: readonly { readonly name: string; readonly address: Address }[];
  /** Where the member's own batch size (float32) is found, when kernels ask for it, and the most that it can be. */
  readonly rows?: { readonly address: Address; readonly max: number };
}

export interface LowerOptions {
  readonly key: Key;
  readonly relaxed: boolean;
  /** Bytes of constants that programs before this one take. */
  readonly constantsFrom: number;
}

/** The step's number lies at the beginning of the arena. */
const STEP_BYTES = 64;

export function lower(original: Program, options: LowerOptions): Lowered {
  const { program, views, live } = prepare(original);
  const { nodes } = program;
  const { kernels, inPlace, copies } = schedule(program, views, fuse(program, views, live));

  const wanted = new Set<NodeId>();
  for (const { node } of [...program.updates, ...program.metrics]) wanted.add(views.of[node]!.source);
  const lastRead = new Map<NodeId, number>();
  kernels.forEach((kernel, at) => {
    for (const id of readsOf(kernel, program, views)) {
      wanted.add(id);
      lastRead.set(id, at);
    }
  });
  const isStored = (id: NodeId): boolean => wanted.has(id);

  const { addresses, size } = placeNodes(kernels, nodes, isStored, inPlace, (id) => {
    const kept = [...program.metrics, ...copies].some(({ node }) => views.of[node]!.source === id);
    return kept ? kernels.length : (lastRead.get(id) ?? 0);
  });
  const scratch = kernels.reduce((most, kernel) => Math.max(most, scratchOf(kernel, program, views.of)), 0);
  const scratchOffset = STEP_BYTES + size;

  const constants = storeConstants(nodes, live, views.copied, options.constantsFrom);
  const place = (id: NodeId): Address => {
    const node = nodes[id]!;
    if (node.op === "read") {
      const kind = program.slots.find(({ name }) => name === node.slot)?.kind;
      return { base: kind === "data" ? "data" : "member", slot: node.slot, offset: 0 };
    }
    if (node.op === "constant") return { base: "constant", offset: constants.offsets.get(id)! };
    if (node.op === "step") return { base: "arena", offset: 0 };
    const slot = inPlace.get(id);
    if (slot !== undefined) return { base: "member", slot, offset: 0 };
    return { base: "arena", offset: STEP_BYTES + addresses.get(id)! };
  };
  const own = knownRows(program, views);
  const around: Surroundings = {
    own,
    key: options.key,
    relaxed: options.relaxed,
    node: (id) => nodes[id]!,
    view: (id) => views.of[id]!,
    inputs: (node) => views.inputs(node),
    address: (view) => {
      const base = place(view.source);
      return { ...base, offset: base.offset + view.offset * 4 };
    },
    result: place,
  };
  const scratchAddress: Address = { base: "arena", offset: scratchOffset };
  const calls = kernels.flatMap((kernel) =>
    kernel.kind === "single"
      ? lowerSingle(kernel, around)
      : [lowerLoop(kernel, around, isStored, scratchAddress)],
  );
  for (const { slot, node } of copies) {
    const view = views.of[node]!;
    calls.push(
      copyCall(
        view.shape,
        { address: around.address(view), strides: view.strides },
        { address: { base: "member", slot, offset: 0 }, strides: rowMajor(view.shape) },
      ),
    );
  }
  return {
    calls,
    arenaBytes: scratchOffset + padded(scratch),
    constantBytes: constants.bytes,
    constants: constants.values,
    stepOffset: 0,
    metrics: program.metrics.map(({ name, node }) => ({ name, address: around.address(views.of[node]!) })),
    ...(own === undefined ? {} : { rows: { address: around.address(views.of[own.size]!), max: own.max } }),
  };
}

/** What `ownRows` finds, where the batch size is a slot that keeps its value: then it is known before the step begins. */
function knownRows(program: Program, views: Views): OwnRows | undefined {
  const own = ownRows(program);
  if (own === undefined || own.max === 1) return undefined;
  const size = program.nodes[views.of[own.size]!.source]!;
  const kept = size.op === "read" && !program.updates.some(({ slot }) => slot === size.slot);
  return kept ? own : undefined;
}

/** Offsets of results in the arena. */
function placeNodes(
  kernels: readonly Kernel[],
  nodes: readonly Node[],
  isStored: (id: NodeId) => boolean,
  inPlace: ReadonlyMap<NodeId, string>,
  lastRead: (id: NodeId) => number,
): { addresses: Map<NodeId, number>; size: number } {
  const ids: NodeId[] = [];
  const blocks: Lifetime[] = [];
  kernels.forEach((kernel, from) => {
    for (const id of results(kernel)) {
      if (inPlace.has(id) || (!isStored(id) && kernel.kind === "loop" && !kernel.reductions.includes(id)))
        continue;
      ids.push(id);
      blocks.push({ size: sizeOf(nodes[id]!.shape) * 4, from, to: Math.max(from, lastRead(id)) });
    }
  });
  const { offsets, size } = allocate(blocks);
  return { addresses: new Map(ids.map((id, i) => [id, offsets[i]!])), size };
}

function scratchOf(kernel: Kernel, program: Program, of: readonly View[]): number {
  if (kernel.kind !== "loop" || kernel.matmul === undefined) return 0;
  const node = program.nodes[kernel.matmul]!;
  if (node.op !== "matmul") return 0;
  const a = of[node.inputs[0]!]!;
  const b = of[node.inputs[1]!]!;
  const bStrides = [b.strides[0]!, b.strides[1]!] as const;
  return scratchBytes({
    m: node.shape[0]!,
    k: a.shape[node.transposeA ? 0 : 1]!,
    b: node.transposeB ? [bStrides[1], bStrides[0]] : bStrides,
  });
}

function storeConstants(
  nodes: readonly Node[],
  live: ReadonlySet<NodeId>,
  copied: ReadonlySet<NodeId>,
  from: number,
): { offsets: Map<NodeId, number>; values: Lowered["constants"]; bytes: number } {
  const offsets = new Map<NodeId, number>();
  const values: { offset: number; values: Float32Array | Int32Array }[] = [];
  let offset = from;
  for (const node of nodes) {
    if (node.op !== "constant" || !live.has(node.id)) continue;
    const make = node.dtype === "int32" ? Int32Array : Float32Array;
    const array =
      typeof node.values === "number"
        ? new make(copied.has(node.id) ? sizeOf(node.shape) : 1).fill(node.values)
        : make.from(node.values as ArrayLike<number>);
    offsets.set(node.id, offset);
    values.push({ offset, values: array });
    offset += padded(array.byteLength);
  }
  return { offsets, values, bytes: offset - from };
}
