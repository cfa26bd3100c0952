import type { TableData } from "../ui/DataTable.tsx";

/** Offers bytes as a file to save. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const saveText = (text: string, name: string, type: string): void =>
  saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);

/** Offers a file that the server writes. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** RFC 4180: quotes where needed; a cell that a spreadsheet would run as a formula gets a leading apostrophe. */
export function csvOf({ columns, rows }: TableData): string {
  const cell = (content: number | string | null): string => {
    if (content === null || (typeof content === "number" && Number.isNaN(content))) return "";
    if (typeof content === "number") return String(content);
    const safe = /^[=+@\t\r-]/.test(content) ? `'${content}` : content;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows]
    .map((row) => row.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** A name for files: the run, the panel, the kind. */
export const fileName = (...parts: readonly string[]): string =>
  parts
    .map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, ""))
    .filter((part) => part !== "")
    .join("-")
    .slice(0, 120);
