import { cellOf, middleOf } from "./cells.ts";
import { formatValue, show } from "./format.ts";
import { isValue, type LawOptions, law } from "./law.ts";
import type { Distribution, Topology, Value } from "./types.ts";

/** A law over listed values: equal cells of [0, 1] in the order of the list. */
export function listed<V extends Value>(
  kind: string,
  topology: Topology,
  values: readonly V[],
  options: LawOptions<V>,
): Distribution<V> {
  const problems = valuesProblems(kind, values);
  const list: readonly V[] = problems.length === 0 ? [...values] : [];
  const indices = new Map<Value, number>(list.map((value, index) => [value, index]));
  return law(
    {
      kind,
      topology,
      cardinality: list.length,
      arguments: { values: list },
      text: `[${list.map(formatValue).join(", ")}]`,
      problems,
      contains: (value) => indices.has(value),
      toUnit: (value) => middleOf(indices.get(value) ?? 0, list.length),
      fromUnit: (unit) => list[cellOf(unit, list.length)]!,
    },
    options,
  );
}

function valuesProblems(kind: string, values: readonly unknown[]): string[] {
  if (!Array.isArray(values)) return [`${kind} needs a list of values, got ${show(values)}`];
  if (values.length === 0) return [`${kind} needs at least one value, got an empty list`];
  const problems: string[] = [];
  const seen = new Set<unknown>();
  for (const value of values as readonly unknown[]) {
    if (!isValue(value)) {
      problems.push(`${kind} needs finite numbers, strings or booleans as values, got ${show(value)}`);
    } else if (seen.has(value)) {
      problems.push(`${kind} needs different values, got ${show(value)} twice`);
    }
    seen.add(value);
  }
  return problems;
}
