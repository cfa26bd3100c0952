import type { Column, Columns, ColumnValues } from "../../figures/index.ts";
import type { PopulationMeta } from "../../server/index.ts";

/** Held requests for single generations that together answer one for several; the newest of them that is held ends it. */
export function generationsHeld(request: string, held: ReadonlySet<string>): string[] | null {
  const [path = "", query = ""] = request.split("?");
  const parameters = new URLSearchParams(query);
  if (!path.endsWith("/population") || !parameters.has("until") || held.has(request)) return null;
  const [from, until] = [
    Number(parameters.get("from") ?? parameters.get("until")),
    Number(parameters.get("until")),
  ];
  const found: { readonly generation: number; readonly key: string }[] = [];
  for (const key of held) {
    const [other = "", of = ""] = key.split("?");
    const range = new URLSearchParams(of);
    if (other !== path || !range.has("until") || range.get("from") !== range.get("until")) continue;
    found.push({ generation: Number(range.get("until")), key });
  }
  const before = found
    .filter(({ generation }) => generation <= until)
    .sort((a, b) => a.generation - b.generation);
  const end = before.at(-1);
  if (end === undefined) return null;
  const span = until - from;
  return before.filter(({ generation }) => generation >= end.generation - span).map(({ key }) => key);
}

/** Generations one after the other as one answer. @param parts at least one, oldest first */
export function joinPopulation(parts: readonly Columns<PopulationMeta>[]): Columns<PopulationMeta> {
  const [first] = parts;
  return {
    meta: { ...parts.at(-1)!.meta, from: first!.meta.from },
    arrays: Object.fromEntries(
      Object.keys(first!.arrays).map((name) => [name, joined(parts.map(({ arrays }) => arrays[name]!))]),
    ),
  };
}

function joined(columns: readonly Column[]): Column {
  const length = columns.reduce((sum, { values }) => sum + values.length, 0);
  const Kind = columns[0]!.values.constructor as new (length: number) => ColumnValues;
  const values = new Kind(length);
  let at = 0;
  for (const { values: part } of columns) {
    values.set(part, at);
    at += part.length;
  }
  const rows = columns.reduce((sum, { shape }) => sum + shape[0]!, 0);
  return { shape: [rows, ...columns[0]!.shape.slice(1)], values };
}
