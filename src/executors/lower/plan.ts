import { type Node, type NodeId, type Program, type Scan, sizeOf } from "../../tensor/index.ts";
import { scratchBytes } from "../kernels/matmul.ts";
import { allocate, type Lifetime, padded } from "./arena.ts";
import { bodyProgram } from "./body.ts";
import { fuse } from "./fuse.ts";
import { type Kernel, results } from "./kernel.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { readsOf, type Schedule, schedule } from "./schedule.ts";
import type { View } from "./view.ts";

/** What is computed in which order, and where its values lie in a working memory of its own. */
export interface Plan extends Prepared, Schedule {
  /** Whether a value is needed in memory. */
  readonly isStored: (id: NodeId) => boolean;
  /** Offsets of results in the working memory; of a scan, where the working memory of its body begins. */
  readonly offsets: ReadonlyMap<NodeId, number>;
  readonly bytes: number;
  /** Scratch memory that any kernel needs, also in loops. */
  readonly scratch: number;
  /** By scan. */
  readonly loops: ReadonlyMap<NodeId, LoopPlan>;
}

export interface LoopPlan {
  readonly body: Plan;
  /** Outputs that only the loop itself looks at: offsets after the body's working memory. */
  readonly inner: ReadonlyMap<number, number>;
  readonly bytes: number;
}

export function plan(original: Program): Plan {
  const prepared = prepare(original);
  const { program, views, live } = prepared;
  const { nodes } = program;
  const order = schedule(program, views, fuse(program, views, live));
  const { kernels, inPlace, copies } = order;

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
  const loops = new Map<NodeId, LoopPlan>();
  for (const kernel of kernels) {
    if (kernel.kind !== "scan") continue;
    loops.set(
      kernel.node,
      loopPlan(
        nodes[kernel.node] as Scan,
        kernel.results.map((id) => nodes[id]!),
      ),
    );
  }

  const kept = new Set([...program.metrics, ...copies].map(({ node }) => views.of[node]!.source));
  const ids: NodeId[] = [];
  const blocks: Lifetime[] = [];
  kernels.forEach((kernel, from) => {
    for (const id of results(kernel)) {
      const passing = kernel.kind === "loop" && !isStored(id) && !kernel.reductions.includes(id);
      if (inPlace.has(id) || passing) continue;
      const last = kept.has(id) ? kernels.length : (lastRead.get(id) ?? 0);
      const size = loops.get(id)?.bytes ?? sizeOf(nodes[id]!.shape) * 4;
      ids.push(id);
      blocks.push({ size, from, to: loops.has(id) ? from : Math.max(from, last) });
    }
  });
  const { offsets, size } = allocate(blocks);
  const scratch = [
    ...kernels.map((kernel) => scratchOf(kernel, nodes, views.of)),
    ...[...loops.values()].map(({ body }) => body.scratch),
  ];
  return {
    ...prepared,
    ...order,
    isStored,
    offsets: new Map(ids.map((id, i) => [id, offsets[i]!])),
    bytes: size,
    scratch: Math.max(0, ...scratch),
    loops,
  };
}

function loopPlan(scan: Scan, found: readonly Node[]): LoopPlan {
  const body = plan(bodyProgram(scan));
  const outer = new Set(found.map((node) => (node.op === "result" ? node.index : -1)));
  const inner = new Map<number, number>();
  let { bytes } = body;
  scan.body.outputs.forEach((id, i) => {
    if (outer.has(i)) return;
    inner.set(i, bytes);
    bytes += padded(sizeOf(scan.body.nodes[id]!.shape) * 4 * (i < scan.carries ? 1 : scan.length));
  });
  return { body, inner, bytes };
}

function scratchOf(kernel: Kernel, nodes: readonly Node[], of: readonly View[]): number {
  if (kernel.kind !== "loop" || kernel.matmul === undefined) return 0;
  const node = nodes[kernel.matmul]!;
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
