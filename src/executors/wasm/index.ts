export { Bytes } from "./bytes.ts";
export { Code, type Local, type ValueType } from "./code.ts";
export { type MemoryImport, WasmModule } from "./module.ts";
export type { CoreName, SimdName } from "./opcodes.ts";
