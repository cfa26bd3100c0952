import { clip, padEnd, padStart, width } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Columns that must stay; the others drop from the right when the terminal is narrow. */
  readonly keep?: boolean;
}

/**
 * Lines of a table that fits `cells`: columns drop from the right (never those marked `keep`), the last one left is cut.
 *
 * @param rows `[rows, columns]` texts without colour
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  cells: number,
): string[] {
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...rows.map((row) => width(row[index] ?? ""))),
  );
  const shown = columns.map((_, index) => index);
  const total = (): number =>
    shown.reduce((sum, index) => sum + widths[index]!, 0) + 2 * Math.max(0, shown.length - 1);
  for (let at = shown.length - 1; at > 0 && total() > cells; at--) {
    if (columns[shown[at]!]!.keep !== true) shown.splice(at, 1);
  }
  const line = (texts: readonly string[]): string =>
    clip(
      shown
        .map((index) => {
          const text = texts[index] ?? "";
          return columns[index]!.align === "right"
            ? padStart(text, widths[index]!)
            : padEnd(text, widths[index]!);
        })
        .join("  ")
        .trimEnd(),
      cells,
    );
  return [line(columns.map((column) => column.title)), ...rows.map((row) => line(row))];
}

/** Removes the longest prefix, ending at a dot, that all names share: `opt.lr, opt.wd` → `lr, wd`. */
export function withoutCommonPrefix(names: readonly string[]): string[] {
  if (names.length < 2) return [...names];
  const parts = names.map((name) => name.split("."));
  let shared = 0;
  while (parts.every((part) => part.length > shared + 1 && part[shared] === parts[0]![shared])) shared += 1;
  return parts.map((part) => part.slice(shared).join("."));
}
