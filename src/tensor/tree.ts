import { Tensor } from "./tensor.ts";

/** A tensor somewhere in arrays and records, with the way to it: `carry.h`, `xs[1].u`. */
export interface TreeLeaf {
  readonly path: string;
  readonly tensor: Tensor;
}

const isRecord = (tree: unknown): tree is Readonly<Record<string, unknown>> =>
  typeof tree === "object" && tree !== null;

/** Arrays and records alike, in the order of their entries; other things are undefined. */
function entries(tree: unknown, path: string): [string, unknown][] | undefined {
  if (Array.isArray(tree)) return tree.map((value: unknown, i) => [`${path}[${i}]`, value]);
  if (!isRecord(tree)) return undefined;
  return Object.entries(tree).map(([name, value]) => [`${path}.${name}`, value]);
}

/**
 * The tensors of nested arrays and records, in order; nothing for undefined.
 * @throws what `refused` makes of a path and of a value that is no tensor
 */
export function leavesOf(
  tree: unknown,
  path: string,
  refused: (path: string, value: unknown) => Error,
): TreeLeaf[] {
  if (tree === undefined) return [];
  if (tree instanceof Tensor) return [{ path, tensor: tree }];
  const inner = entries(tree, path);
  if (inner === undefined) throw refused(path, tree);
  return inner.flatMap(([name, value]) => leavesOf(value, name, refused));
}

/** The same arrays and records with other tensors, in the order of `leavesOf`. */
export function rebuilt<Tree>(tree: Tree, tensors: Iterator<Tensor>): Tree {
  const walk = (part: unknown): unknown => {
    if (part === undefined) return undefined;
    if (part instanceof Tensor) return tensors.next().value;
    if (Array.isArray(part)) return part.map(walk);
    return Object.fromEntries(Object.entries(part as object).map(([name, value]) => [name, walk(value)]));
  };
  return walk(tree) as Tree;
}
