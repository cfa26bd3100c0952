import * as Plot from "@observablehq/plot";
import { plainNumber } from "../figures/index.ts";

/** A logarithmic x axis with a label at every value given: the axis that Plot makes itself leaves out 40, 80 or 0.05. */
export function logTicksX(values: readonly number[]): Plot.Markish {
  return Plot.axisX(values, { text: plainNumber });
}

/** The same of y. */
export function logTicksY(values: readonly number[]): Plot.Markish {
  return Plot.axisY(values, { text: plainNumber });
}
