import type { DType, Shape } from "./ir.ts";

export interface Inferred {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A rule of an operation that its inputs break; the graph adds the place. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export const shapeText = (shape: Shape): string => `[${shape.join(", ")}]`;

/** `float32 [2, 3]` */
export const typeText = ({ dtype, shape }: Inferred): string => `${dtype} ${shapeText(shape)}`;
