/** Okabe–Ito: seven colours that stay apart for colour-blind readers; everything else is grey. */
export const categories = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#8c7a00",
] as const;
export const grey = "#8a8a8a";
export const ink = "#1b1b1b";
/** Diverging pair for signed terms: never red against green. */
export const positive = "#0072b2";
export const negative = "#d55e00";

/** The colour of the i-th category; grey from the eighth on. */
export function category(index: number): string {
  return categories[index] ?? grey;
}
