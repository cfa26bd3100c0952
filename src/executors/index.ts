export { type AgentKernel, type AgentOptions, agentKernel } from "./agents.ts";
export { relaxedSimd, requireSimd, simd, threads } from "./features.ts";
export { firstNonFinite, type NonFinite, type Suspect } from "./firstNonFinite.ts";
export { wasm } from "./wasm.ts";
