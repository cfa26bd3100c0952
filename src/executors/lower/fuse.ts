import {
  isBinary,
  isCompare,
  isUnary,
  type Node,
  type NodeId,
  type Program,
  type Shape,
} from "../../tensor/index.ts";
import { isSource, type Kernel } from "./kernel.ts";
import { isWhole, sameShape, type View, type Views } from "./view.ts";

/** A kernel under construction. */
interface Group {
  readonly order: number;
  readonly shape: Shape;
  nodes: NodeId[];
  matmul: NodeId | undefined;
  reductions: NodeId[];
  /** Set for a node that is not fused. */
  single: NodeId | undefined;
  /** A loss in the same pass as its gradient. */
  loss: NodeId | undefined;
  /** Of a loop over time. */
  results: NodeId[];
  /** Groups whose results this one reads from memory. */
  readonly needs: Set<Group>;
}

/** Values that one visit may hold; more would only spill. */
const LARGEST = 96;

const isElementwise = (node: Node): boolean =>
  isUnary(node) || isBinary(node) || isCompare(node) || node.op === "where" || node.op === "toFloat";

const axesOf = (node: Node): string => (node.op === "sum" || node.op === "max" ? node.axes.join() : "");

/**
 * Elementwise nodes that only one node looks at, at the same index: they go where that node goes. So a derivative
 * like 1 − h² is computed where it is used, from the h that is stored anyway, and not stored beside it.
 */
function waitingNodes(program: Program, views: Views, live: ReadonlySet<NodeId>): Set<NodeId> {
  const { nodes } = program;
  const uses = new Map<NodeId, number>();
  const waits = new Set<NodeId>();
  const use = (source: NodeId): number => {
    const count = (uses.get(source) ?? 0) + 1;
    uses.set(source, count);
    return count;
  };
  for (const node of nodes) {
    if (!live.has(node.id) || (views.of[node.id]!.source !== node.id && !views.copied.has(node.id))) continue;
    const visits = isElementwise(node) || views.copied.has(node.id);
    const reduces = node.op === "sum" || node.op === "max";
    for (const view of views.inputs(node)) {
      const source = nodes[view.source]!;
      const shape = reduces ? view.shape : node.shape;
      const sameIndex =
        (visits || reduces) &&
        sameShape(source.shape, shape) &&
        sameShape(view.shape, shape) &&
        isWhole(view, source);
      if (use(source.id) === 1 && sameIndex && isElementwise(source)) waits.add(source.id);
      else waits.delete(source.id);
    }
  }
  for (const { node } of [...program.updates, ...program.metrics]) waits.delete(views.of[node]!.source);
  return waits;
}

/**
 * Groups a program's nodes into kernels. An elementwise node joins the kernels that compute its inputs at the same
 * index, when no path leads out of the union and back; reductions join the kernel of their input; a product of
 * matrices is the beginning of a kernel, so that bias, activation and update happen on the tile in registers.
 */
export function fuse(program: Program, views: Views, live: ReadonlySet<NodeId>): Kernel[] {
  const { nodes } = program;
  const groups = new Set<Group>();
  const owner = new Map<NodeId, Group>();
  let order = 0;

  const create = (shape: Shape, parts: Partial<Pick<Group, "matmul" | "single">> = {}): Group => {
    const group: Group = {
      order: order++,
      shape,
      nodes: [],
      matmul: parts.matmul,
      reductions: [],
      single: parts.single,
      loss: undefined,
      results: [],
      needs: new Set(),
    };
    groups.add(group);
    return group;
  };

  const waits = waitingNodes(program, views, live);
  /** What a node looks at; through nodes that wait for it, what they look at. */
  const leaves = (node: Node): View[] =>
    views.inputs(node).flatMap((view) => (waits.has(view.source) ? leaves(nodes[view.source]!) : [view]));
  const needsOf = (node: Node): Set<Group> =>
    new Set(leaves(node).flatMap(({ source }) => owner.get(source) ?? []));

  /** Whether a group has this value at hand when it visits the same index of `shape`. */
  const atHand = (group: Group, view: View, shape: Shape): boolean => {
    const source = nodes[view.source]!;
    return (
      group.single === undefined &&
      !group.reductions.includes(view.source) &&
      sameShape(group.shape, shape) &&
      sameShape(view.shape, shape) &&
      sameShape(source.shape, shape) &&
      isWhole(view, source)
    );
  };

  /** Groups from which the node takes only values that they have at hand; the latest first. */
  const candidates = (node: Node, shape: Shape): Group[] =>
    [...needsOf(node)]
      .filter((group) =>
        leaves(node).every((view) => owner.get(view.source) !== group || atHand(group, view, shape)),
      )
      .toSorted((a, b) => b.order - a.order);

  /** Whether the groups of `union`, made one with a node that needs `needs`, would need themselves through others. */
  const cyclic = (union: ReadonlySet<Group>, needs: Iterable<Group>): boolean => {
    const seen = new Set<Group>();
    const stack = [...needs, ...[...union].flatMap((group) => [...group.needs])].filter(
      (group) => !union.has(group),
    );
    for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
      if (seen.has(group)) continue;
      seen.add(group);
      for (const next of group.needs) {
        if (union.has(next)) return true;
        stack.push(next);
      }
    }
    return false;
  };

  const compatible = (a: Group, b: Group): boolean => {
    if (a.needs.has(b) || b.needs.has(a) || a.nodes.length + b.nodes.length >= LARGEST) return false;
    const reductions = [...a.reductions, ...b.reductions];
    if (a.matmul !== undefined && b.matmul !== undefined) return false;
    if ((a.matmul ?? b.matmul) !== undefined && reductions.length > 0) return false;
    return new Set(reductions.map((id) => axesOf(nodes[id]!))).size <= 1;
  };

  const absorb = (into: Group, other: Group): void => {
    into.nodes = [...into.nodes, ...other.nodes].toSorted((a, b) => a - b);
    into.matmul ??= other.matmul;
    into.reductions = [...into.reductions, ...other.reductions];
    for (const need of other.needs) into.needs.add(need);
    for (const [id, group] of owner) if (group === other) owner.set(id, into);
    for (const group of groups) if (group.needs.delete(other)) group.needs.add(into);
    groups.delete(other);
  };

  const enter = (group: Group, node: Node): void => {
    for (const need of needsOf(node)) if (need !== group) group.needs.add(need);
    owner.set(node.id, group);
    const bring = ({ source }: View): void => {
      if (!waits.has(source) || owner.has(source)) return;
      owner.set(source, group);
      group.nodes.push(source);
      views.inputs(nodes[source]!).forEach(bring);
    };
    views.inputs(node).forEach(bring);
    group.nodes.sort((a, b) => a - b);
  };

  const elementwise = (node: Node): void => {
    let home: Group | undefined;
    for (const group of candidates(node, node.shape)) {
      if (cyclic(new Set(home === undefined ? [group] : [home, group]), needsOf(node))) continue;
      if (home === undefined) {
        if (group.nodes.length < LARGEST) home = group;
      } else if (compatible(home, group)) absorb(home, group);
    }
    home ??= create(node.shape);
    home.nodes.push(node.id);
    enter(home, node);
  };

  const reduction = (node: Node): void => {
    const { shape } = nodes[node.inputs[0]!]!;
    const home = candidates(node, shape).find(
      (group) =>
        group.matmul === undefined &&
        group.reductions.every((id) => axesOf(nodes[id]!) === axesOf(node)) &&
        !cyclic(new Set([group]), needsOf(node)),
    );
    const group = home ?? create(shape);
    group.reductions.push(node.id);
    enter(group, node);
  };

  /** The gradient of a cross-entropy joins the loss of the same logits and labels: one pass of exponentials. */
  const gradient = (node: Node): void => {
    const needs = needsOf(node);
    const group = [...groups].find(({ single, loss }) => {
      const other = nodes[single ?? -1];
      return (
        loss === undefined &&
        other?.op === "crossEntropy" &&
        other.inputs.every((id, i) => id === node.inputs[i])
      );
    });
    if (group === undefined || needs.has(group) || cyclic(new Set([group]), needs)) {
      enter(create(node.shape, { single: node.id }), node);
      return;
    }
    group.loss = group.single;
    group.single = node.id;
    enter(group, node);
  };

  for (const node of nodes) {
    const copied = views.copied.has(node.id);
    if (!live.has(node.id) || isSource(node)) continue;
    if (!copied && views.of[node.id]!.source !== node.id) continue;
    if (waits.has(node.id)) continue;
    if (node.op === "result") {
      const loop = owner.get(node.inputs[0]!)!;
      owner.set(node.id, loop);
      loop.results.push(node.id);
      continue;
    }
    if (isElementwise(node) || copied) elementwise(node);
    else if (node.op === "matmul") enter(create(node.shape, { matmul: node.id }), node);
    else if (node.op === "sum" || node.op === "max") reduction(node);
    else if (node.op === "crossEntropyGradient") gradient(node);
    else enter(create(node.shape, { single: node.id }), node);
  }
  return [...groups].map(({ single, loss, results, shape, nodes: fused, matmul, reductions }) => {
    if (single === undefined) return { kind: "loop", shape, nodes: fused, matmul, reductions };
    return nodes[single]!.op === "scan"
      ? { kind: "scan", node: single, results }
      : { kind: "single", node: single, loss };
  });
}
