import type { Shape, StateSpec } from "../tensor/index.ts";
import { mapRecord, prefixed } from "./records.ts";

/** State of each parameter's shape that begins at zero, named `prefix.parameter`. */
export function zerosLike(
  prefix: string,
  shapes: Readonly<Record<string, Shape>>,
): Record<string, StateSpec> {
  return prefixed(
    prefix,
    mapRecord(shapes, (shape): StateSpec => ({ shape, initial: { kind: "fill", value: 0 } })),
  );
}

/** State of each parameter's shape that begins at `scale` times the parameter, named `prefix.parameter`. */
export function copiesOf(
  prefix: string,
  shapes: Readonly<Record<string, Shape>>,
  scale: number,
): Record<string, StateSpec> {
  return prefixed(
    prefix,
    mapRecord(shapes, (shape, name): StateSpec => ({ shape, initial: { kind: "parameter", name, scale } })),
  );
}
