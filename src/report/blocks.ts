import type { Figure } from "../figures/index.ts";

/** What a report is made of: the same for HTML and Markdown. All texts are plain; markup in them is shown, not obeyed. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string; readonly id?: string }
  | { readonly kind: "text"; readonly text: string; readonly tone?: "answer" | "warning" | "quiet" }
  | {
      readonly kind: "table";
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly folded?: boolean;
      /** The runs of a comparison, one a column: each row begins with its name, and text wraps rather than goes beyond the page. */
      readonly across?: boolean;
      /** Colours of the columns, as the figures have them; null: none. */
      readonly colours?: readonly (string | null)[];
    }
  | { readonly kind: "figure"; readonly id: string; readonly figure: Figure }
  | { readonly kind: "code"; readonly text: string; readonly language: "sh" | "bibtex" };

/** A report before it is written. */
export interface Report {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export const heading = (level: 1 | 2 | 3, text: string, id?: string): Block => ({
  kind: "heading",
  level,
  text,
  ...(id === undefined ? {} : { id }),
});
export const text = (value: string, tone?: "answer" | "warning" | "quiet"): Block => ({
  kind: "text",
  text: value,
  ...(tone === undefined ? {} : { tone }),
});
