import type { Selection } from "../types.ts";

/** No selection: nobody copies anybody (the `random-search` control: independent runs at equal budget). */
export function noSelection(): Selection {
  return {
    spec: { kind: "none" },
    select: (contestants) =>
      contestants
        .filter(({ replaceable }) => replaceable)
        .map(({ id }) => ({ member: id, donor: null, reason: "no selection" }))
        .toSorted((a, b) => a.member - b.member),
  };
}
