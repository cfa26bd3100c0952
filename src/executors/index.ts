export { relaxedSimd, requireSimd, simd, threads } from "./features.ts";
export { wasm } from "./wasm.ts";
