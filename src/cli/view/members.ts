import { hyperparameter, percent, significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { type Column, table, withoutCommonPrefix } from "../text/columns.ts";
import { clip } from "../text/width.ts";
import type { MemberRow, ViewModel } from "./model.ts";

/** Best first; members without a value last; ties by name. */
export function byValue(rows: readonly MemberRow[], mode: "min" | "max"): MemberRow[] {
  const sign = mode === "min" ? 1 : -1;
  return rows.toSorted((a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value !== b.value) return a.value === null ? 1 : -1;
    } else if (a.value !== b.value) {
      return sign * (a.value - b.value);
    }
    return a.name < b.name ? -1 : 1;
  });
}

/**
 * The member table: title, best rows, a line that says how many are left out, worst rows.
 *
 * @param lines room for the whole table, title included
 */
export function memberTable(
  model: Pick<ViewModel, "rows" | "metric" | "hyperparameters" | "showAll">,
  cells: number,
  lines: number,
): string[] {
  if (lines < 2 || model.rows.length === 0) return [];
  const sorted = byValue(model.rows, model.metric.mode);
  const room = lines - 1;
  const all = model.showAll || sorted.length <= room;
  const worst = all ? 0 : Math.min(3, Math.floor((room - 1) / 3));
  const bestCount = all ? Math.min(sorted.length, room) : Math.max(1, room - 1 - worst);
  const shown = all
    ? sorted.slice(0, bestCount)
    : [...sorted.slice(0, bestCount), ...sorted.slice(sorted.length - worst)];
  const names = withoutCommonPrefix(model.hyperparameters);
  const columns: Column[] = [
    { title: "member", keep: true },
    { title: clip(plain(model.metric.name), 20), keep: true },
    { title: "Δ gen" },
    ...names.map((name) => ({ title: clip(plain(name), 16) })),
    { title: "founder" },
    { title: "state", keep: true },
  ];
  const texts = shown.map((row) => [
    row.name,
    row.value === null ? "–" : significant(row.value),
    row.change === null ? "" : percent(row.change),
    ...model.hyperparameters.map((name) => clip(plain(hyperparameter(row.hyperparameters[name])), 16)),
    row.founder,
    clip(plain(row.state), 40),
  ]);
  const [title = "", ...body] = table(columns, texts, cells);
  if (all) return [title, ...body];
  const hidden = sorted.length - shown.length;
  const gap = clip(`  … ${hidden} more (a: all)`, cells);
  return [title, ...body.slice(0, bestCount), gap, ...body.slice(bestCount)];
}
