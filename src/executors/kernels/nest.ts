import type { Shape } from "../../tensor/index.ts";

/** One loop of a nest: its length and how far each operand moves per round, in elements. */
export interface Axis {
  readonly length: number;
  readonly strides: readonly number[];
  readonly reduced: boolean;
}

/**
 * The fewest loops that visit every index: axes of length 1 are dropped; neighbours are joined where every operand
 * (and the kind, kept or reduced) allows it.
 * @param strides per operand, per axis
 */
export function collapse(
  shape: Shape,
  strides: readonly (readonly number[])[],
  reduced: ReadonlySet<number> = new Set(),
): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((length, index) => {
    if (length === 1) return;
    const axis = {
      length,
      strides: strides.map((operand) => operand[index]!),
      reduced: reduced.has(index),
    };
    const last = axes.at(-1);
    const joins =
      last !== undefined &&
      last.reduced === axis.reduced &&
      last.strides.every((stride, operand) => stride === axis.strides[operand]! * length);
    if (joins) axes[axes.length - 1] = { ...axis, length: last.length * length };
    else axes.push(axis);
  });
  return axes;
}
