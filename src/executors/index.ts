export { type AgentKernel, type AgentOptions, agentKernel } from "./agents.ts";
export { relaxedSimd, requireSimd, simd, threads } from "./features.ts";
export { wasm } from "./wasm.ts";
