export { gaussianProcess } from "./gaussianProcess.ts";
export { localLinear, nadarayaWatson } from "./kernel.ts";
export { quadraticRidge } from "./quadratic.ts";
export type { Estimate, Estimator, Sample } from "./types.ts";
