import type { Check, Parameter, PlacedHandle, Table, Verdict } from "../../lab/index.ts";

/** A recipe without its functions: what the page needs to show its text and controls. */
export interface RecipeText {
  readonly name: string;
  readonly figureId: string;
  readonly title: string;
  readonly prose: readonly string[];
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** What a run of a recipe gave: its picture as text, its claims, its numbers. */
export interface Outcome {
  /** As the command line writes it. */
  readonly svg: string;
  /** As the page shows it beside the text. */
  readonly view: string;
  readonly caption: string;
  readonly checks: readonly (Check & { readonly verdict: Verdict })[];
  /** Points of the view that are dragged. */
  readonly handles: readonly PlacedHandle[];
  readonly table: Table;
  readonly quick: boolean;
  readonly milliseconds: number;
}

export type ToWorker =
  | { readonly type: "list" }
  | {
      readonly type: "run";
      readonly id: number;
      readonly name: string;
      readonly parameters: Readonly<Record<string, number>>;
      readonly quick: boolean;
      readonly seed: number;
    };

export type FromWorker =
  | { readonly type: "list"; readonly recipes: readonly RecipeText[] }
  | { readonly type: "progress"; readonly id: number; readonly fraction: number }
  | { readonly type: "done"; readonly id: number; readonly outcome: Outcome }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
