import { UsageError } from "../errors/index.ts";
import { WasmModule } from "./wasm/index.ts";

const memory = { initial: 1, maximum: 1, shared: false };

/** `process` where there is one (Node), without types of the platform. */
interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: string): unknown;
}

const nodeProcess = (): NodeProcess | undefined => (globalThis as { readonly process?: NodeProcess }).process;

/** A built-in module of Node, or undefined elsewhere. Bundlers do not see it. */
export function builtin<T>(name: string): T | undefined {
  const found = nodeProcess();
  if (found?.versions?.node === undefined) return undefined;
  return found.getBuiltinModule?.(name) as T | undefined;
}

function accepts(emit: (module: WasmModule) => void, shared = false): boolean {
  const module = new WasmModule({ ...memory, shared });
  emit(module);
  return WebAssembly.validate(module.encode());
}

const withSimd = (module: WasmModule): void => {
  module.define([], ["v128"], (code) => code.f32x4(1).f32x4(2).op("f32x4.add"));
};
const withRelaxedSimd = (module: WasmModule): void => {
  module.define([], ["v128"], (code) => code.f32x4(1).f32x4(2).f32x4(3).op("f32x4.relaxed_madd"));
};

/** Whether 128-bit SIMD is available. */
export const simd = (): boolean => typeof WebAssembly === "object" && accepts(withSimd);

/** Whether fused multiply-add is available; on Node 20 it is switched on for modules compiled from now on. */
export function relaxedSimd(): boolean {
  if (!simd()) return false;
  if (accepts(withRelaxedSimd)) return true;
  const v8 = builtin<{ setFlagsFromString(flags: string): void }>("node:v8");
  if (v8 === undefined) return false;
  v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return accepts(withRelaxedSimd);
}

/** Whether memory can be shared with worker threads here (a browser page needs cross-origin isolation). */
export function threads(): boolean {
  const isolated = (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated;
  if (nodeProcess()?.versions?.node === undefined && isolated !== true) return false;
  return typeof SharedArrayBuffer === "function" && accepts(withSimd, true);
}

/** @throws UsageError where SIMD is missing */
export function requireSimd(): void {
  if (simd()) return;
  throw new UsageError(
    "executor wasm: needs WebAssembly with 128-bit SIMD, which this platform lacks. " +
      "Use Node 20 or a browser of 2021 or later (Chrome 91, Firefox 89, Safari 16.4), or the reference executor.",
  );
}
