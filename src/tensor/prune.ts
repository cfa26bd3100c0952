import type { Node, NodeId, Program, Scan } from "./ir.ts";

interface Pruned {
  readonly nodes: readonly Node[];
  readonly renamed: ReadonlyMap<NodeId, NodeId>;
}

/** Only what updates and metrics need, also within loops: carries, sequences and stacks that nobody looks at go. */
export function prune(program: Program): Program {
  const roots = [...program.updates, ...program.metrics].map(({ node }) => node);
  const { nodes, renamed } = pruneNodes(program.nodes, roots, 0);
  return {
    slots: program.slots,
    nodes,
    updates: program.updates.map(({ slot, node }) => ({ slot, node: renamed.get(node)! })),
    metrics: program.metrics.map(({ name, node }) => ({ name, node: renamed.get(node)! })),
  };
}

/** @param kept how many of the first nodes stay in any case */
function pruneNodes(all: readonly Node[], roots: readonly NodeId[], kept: number): Pruned {
  const needed = new Set<NodeId>(roots);
  const wanted = new Map<NodeId, Set<number>>();
  const loops = new Map<NodeId, Smaller>();
  for (let id = all.length - 1; id >= 0; id--) {
    const node = all[id]!;
    if (!needed.has(id)) continue;
    if (node.op === "result") {
      const scan = node.inputs[0]!;
      wanted.set(scan, (wanted.get(scan) ?? new Set<number>()).add(node.index));
    }
    const left = node.op === "scan" ? smaller(node, wanted.get(id) ?? new Set()) : { node };
    if ("index" in left) loops.set(id, left);
    for (const input of left.node.inputs) needed.add(input);
  }
  const renamed = new Map<NodeId, NodeId>();
  const nodes: Node[] = [];
  for (const original of all) {
    if (original.id >= kept && !needed.has(original.id)) continue;
    renamed.set(original.id, nodes.length);
    const node = loops.get(original.id)?.node ?? original;
    const inputs = node.inputs.map((input) => renamed.get(input)!);
    const own = { ...node, id: nodes.length, inputs };
    if (own.op !== "result") nodes.push(own);
    else nodes.push({ ...own, index: loops.get(original.inputs[0]!)!.index.get(own.index)! });
  }
  return { nodes, renamed };
}

interface Smaller {
  readonly node: Scan;
  /** From the results as they were to those that are left. */
  readonly index: ReadonlyMap<number, number>;
}

/** A loop that computes certain results, and the carries that these need. */
function smaller(scan: Scan, wanted: ReadonlySet<number>): Smaller {
  const { body, carries, sequences, inputs } = scan;
  const outputs = new Set(wanted);
  for (;;) {
    const order = body.outputs.map((_, i) => i).filter((i) => outputs.has(i));
    const roots = order.map((i) => body.outputs[i]!);
    const { nodes, renamed } = pruneNodes(body.nodes, roots, inputs.length);
    const used = new Set(nodes.flatMap((node) => node.inputs));
    for (const id of roots) used.add(renamed.get(id)!);
    const more = inputs.flatMap((_, i) => (i < carries && used.has(i) && !outputs.has(i) ? [i] : []));
    for (const i of more) outputs.add(i);
    if (more.length > 0) continue;

    const stays = (i: number): boolean => (i < carries ? outputs.has(i) : used.has(i));
    const count = (from: number, to: number): number =>
      inputs.filter((_, i) => i >= from && i < to && stays(i)).length;
    const again = new Map<NodeId, NodeId>();
    const left: Node[] = [];
    for (const node of nodes) {
      if (node.id < inputs.length && !stays(node.id)) continue;
      again.set(node.id, left.length);
      const own = { ...node, id: left.length, inputs: node.inputs.map((input) => again.get(input)!) };
      left.push(own.op === "argument" ? { ...own, index: own.id } : own);
    }
    return {
      node: {
        ...scan,
        inputs: inputs.filter((_, i) => stays(i)),
        carries: count(0, carries),
        sequences: count(carries, carries + sequences),
        body: { nodes: left, outputs: roots.map((id) => again.get(renamed.get(id)!)!) },
      },
      index: new Map(order.map((i, at) => [i, at])),
    };
  }
}
