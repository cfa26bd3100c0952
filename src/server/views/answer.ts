import type { Columns } from "../../figures/index.ts";

/** What a route gives: JSON, columns, or lines of text. */
export type Answer =
  | { readonly kind: "json"; readonly value: object }
  | { readonly kind: "columns"; readonly value: Columns }
  | { readonly kind: "csv"; readonly file: string; readonly lines: Iterable<string> };

export const json = (value: object): Answer => ({ kind: "json", value });
export const columns = <Meta extends object>(value: Columns<Meta>): Answer => ({ kind: "columns", value });
