import { concat } from "./functions.ts";
import { Tensor } from "./tensor.ts";

/** A contribution that is zero outside a stretch of one axis. */
interface Stretch {
  readonly axis: number;
  readonly start: number;
  readonly value: Tensor;
}

/** A `pad` node that grows one axis only, as the adjoint of a slice is. */
function stretch(part: Tensor): Stretch | undefined {
  const { node, graph, shape } = part;
  if (node.op !== "pad") return undefined;
  const inner = graph.node(node.inputs[0]!);
  const grown = shape.flatMap((length, axis) => (inner.shape[axis] === length ? [] : [axis]));
  const [axis, ...more] = grown;
  if (axis === undefined || more.length > 0) return undefined;
  return { axis, start: node.before[axis]!, value: new Tensor(graph, node.inputs[0]!) };
}

/** Stretches of one axis without overlap, side by side; what overlaps is left for another row. */
function rows(stretches: readonly Stretch[]): Stretch[][] {
  const result: Stretch[][] = [];
  for (const one of stretches.toSorted((a, b) => a.start - b.start)) {
    const free = result.find((row) => end(row.at(-1)!) <= one.start);
    if (free === undefined) result.push([one]);
    else free.push(one);
  }
  return result;
}

const end = ({ axis, start, value }: Stretch): number => start + value.shape[axis]!;

/** Stretches side by side as one tensor of a shape, with zeros between. */
function join(row: readonly Stretch[], shape: readonly number[]): Tensor {
  const { axis, value } = row[0]!;
  const pieces: Tensor[] = [];
  let filled = 0;
  const fill = (until: number): void => {
    if (until === filled) return;
    pieces.push(
      value.literal(
        0,
        shape.map((length, i) => (i === axis ? until - filled : length)),
      ),
    );
  };
  for (const one of row) {
    fill(one.start);
    pieces.push(one.value);
    filled = end(one);
  }
  fill(shape[axis]!);
  return concat(pieces, axis);
}

/**
 * The sum of contributions to an adjoint. Those of slices of one axis are joined side by side: the gradient of a
 * sequence that was read time by time costs one pass, not one per time.
 */
export function total(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (parts.length === 1 || first === undefined) return first!;
  const byAxis = new Map<number, Stretch[]>();
  const rest: Tensor[] = [];
  for (const part of parts) {
    const found = stretch(part);
    if (found === undefined) rest.push(part);
    else byAxis.set(found.axis, [...(byAxis.get(found.axis) ?? []), found]);
  }
  for (const stretches of byAxis.values()) {
    for (const row of rows(stretches)) rest.push(join(row, first.shape));
  }
  return rest.reduce((sum, part) => sum.add(part));
}
