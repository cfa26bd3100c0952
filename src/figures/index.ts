export {
  type Column,
  type Columns,
  type ColumnValues,
  column,
  decodeColumns,
  encodeColumns,
} from "./columns.ts";
export { plotCode } from "./code.ts";
export { escapeMarkup, figureDocument } from "./document.ts";
export { type DrawnAxis, type DrawnPanel, drawPanel, figureAxes, type PlacedAxes } from "./element.ts";
export { type Figure, figureSvg, type KeyEntry, type Panel } from "./figure.ts";
export { joinNames, splitNames } from "./names.ts";
export { categories, category, grey, ink, negative, positive } from "./palette.ts";
export { decadesOf, logTick, plainNumber } from "./ticks.ts";
export * from "./run/index.ts";
