import { formatValue, show } from "./format.ts";
import { isValue, law } from "./law.ts";
import type { Distribution, Value } from "./types.ts";

/**
 * A value that never changes: handed to the trainer with the others, never mutated. Its coordinate is ½.
 * @param value finite number, string or boolean
 * @throws UsageError when used, or from `searchSpace`, if the value does not fit
 */
export function constant<const V extends Value>(value: V): Distribution<V> {
  return law(
    {
      kind: "constant",
      topology: "fixed",
      cardinality: 1,
      arguments: { value },
      text: formatValue(value),
      problems: isValue(value)
        ? []
        : [`constant needs a finite number, string or boolean, got ${show(value)}`],
      contains: (other) => other === value,
      toUnit: () => 0.5,
      fromUnit: () => value,
    },
    {},
  );
}
