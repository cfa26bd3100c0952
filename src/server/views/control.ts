import type { Json } from "../../space/index.ts";
import type { ControlFacts } from "../types.ts";

/** Which part of the slow clock a run goes without, to compare others with; null: it has both, selection and mutation. */
export function controlOf(rules: Json): ControlFacts | null {
  const { control, selection } = rules as {
    readonly control?: string;
    readonly selection?: { readonly kind?: string };
  };
  if (control === "random-search" || selection?.kind === "none")
    return {
      kind: "random-search",
      title: "random-search control: nothing is copied",
      panel: "There is no selection in this control: nothing is copied.",
    };
  if (control === "frozen")
    return { kind: "frozen", title: "frozen control: copies keep their hyperparameters", panel: null };
  return null;
}
