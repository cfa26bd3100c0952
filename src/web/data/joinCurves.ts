import type { Column, Columns, ColumnValues } from "../../figures/index.ts";
import type { CurvesMeta } from "../../server/index.ts";

/** Requests for one member each, of a request for several; null when it is none. */
export function oneByOne(request: string): string[] | null {
  const [path = "", query = ""] = request.split("?");
  const parameters = new URLSearchParams(query);
  const members = (parameters.get("members") ?? "").split(",").filter((member) => member !== "");
  if (!path.endsWith("/columns") || members.length < 2) return null;
  return members.map((member) => {
    parameters.set("members", member);
    return `${path}?${parameters.toString()}`;
  });
}

/** Arrays with a row for each member; all others are lists. */
const rows = ["first", "min", "max", "last"];

/**
 * Curves of several members, from those of each: a snapshot holds them one by one.
 * @param parts at least one, all over the same pixels
 */
export function joinCurves(parts: readonly Columns<CurvesMeta>[]): Columns<CurvesMeta> {
  const [first] = parts;
  const names = Object.keys(first!.arrays).filter((name) => parts.every(({ arrays }) => name in arrays));
  return {
    meta: { ...first!.meta, members: parts.flatMap(({ meta }) => meta.members) },
    arrays: Object.fromEntries(
      names.map((name) => [
        name,
        joined(
          parts.map(({ arrays }) => arrays[name]!),
          rows.includes(name),
        ),
      ]),
    ),
  };
}

function joined(columns: readonly Column[], byMember: boolean): Column {
  const length = columns.reduce((sum, { values }) => sum + values.length, 0);
  const Kind = columns[0]!.values.constructor as new (length: number) => ColumnValues;
  const values = new Kind(length);
  let at = 0;
  for (const column of columns) {
    values.set(column.values, at);
    at += column.values.length;
  }
  return { shape: byMember ? [columns.length, length / columns.length] : [length], values };
}
