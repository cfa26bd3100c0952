export { erf, erfc } from "./erf.ts";
export { normalCdf, normalPdf, normalQuantile } from "./normal.ts";
