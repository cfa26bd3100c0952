import { relaxedSimd } from "../../src/executors/index.ts";
import { type MatmulSpec, writeMatmul } from "../../src/executors/kernels/matmul.ts";
import { WasmModule } from "../../src/executors/wasm/index.ts";

const MEGABYTE = 2 ** 20;
const pages = { initial: 256, maximum: 256, shared: false };

/** Products of the training steps, as [name, m, n, k, A transposed, B transposed]. */
const products = [
  ["W1 forward", 64, 64, 64, false, false],
  ["W1 weight gradient", 64, 64, 64, true, false],
  ["W1 to ten classes", 64, 10, 64, false, false],
  ["W2 forward", 128, 128, 784, false, false],
  ["W2 weight gradient", 784, 128, 128, true, false],
  ["W2 input gradient", 128, 784, 128, false, true],
] as const;

export interface Gflops {
  readonly product: string;
  readonly relaxed: boolean;
  readonly gflops: number;
  /** Of what the same instructions reach without memory. */
  readonly ofLimit: number;
}

/** The fastest of several runs, in operations per nanosecond. */
function fastest(run: (times: number) => void, operations: number): number {
  const times = Math.max(1, Math.round(2e7 / operations));
  for (let warm = 0; warm < 10; warm++) run(times);
  let best = Infinity;
  for (let i = 0; i < 20; i++) {
    const before = performance.now();
    run(times);
    best = Math.min(best, performance.now() - before);
  }
  return (operations * times) / best / 1e6;
}

function instantiate(module: WasmModule): (times: number) => void {
  const memory = new WebAssembly.Memory(pages);
  new Float32Array(memory.buffer).fill(1e-3);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports["run"] as (times: number) => void;
}

/** Multiply-add in registers alone: what 128-bit instructions of this engine can reach on this machine. */
export function limit(relaxed: boolean): number {
  const module = new WasmModule(pages);
  const run = module.define(["i32"], [], (code, [times]) => {
    const sums = Array.from({ length: 10 }, () => code.local("v128"));
    const [x, y] = [code.local("v128"), code.local("v128")];
    const counter = code.local("i32");
    code.i32(0).memory("v128.load").set(x).i32(0).memory("v128.load").set(y);
    code.loop(counter, times!, 1, () => {
      for (const sum of sums) {
        if (relaxed) code.get(x).get(y).get(sum).op("f32x4.relaxed_madd").set(sum);
        else code.get(sum).get(x).get(y).op("f32x4.mul").op("f32x4.add").set(sum);
      }
    });
    for (const sum of sums) code.i32(0).get(sum).memory("v128.store");
  });
  module.export("run", run);
  const call = instantiate(module);
  return fastest((times) => call(times * 1000), 10 * 8 * 1000);
}

export function gemm(): { readonly limits: Readonly<Record<string, number>>; readonly rows: Gflops[] } {
  const modes = relaxedSimd() ? [false, true] : [false];
  const limits = Object.fromEntries(modes.map((relaxed) => [relaxed ? "fma" : "plain", limit(relaxed)]));
  const rows = modes.flatMap((relaxed) =>
    products.map(([product, m, n, k, aTransposed, bTransposed]) => {
      const spec: MatmulSpec = {
        m,
        n,
        k,
        a: aTransposed ? [1, m] : [k, 1],
        b: bTransposed ? [1, k] : [n, 1],
        strides: [[n, 1]],
        visit: { brought: true, steps: [], stores: [{ value: 0, operand: 0 }] },
      };
      const module = new WasmModule(pages);
      const product_ = module.define(["i32", "i32", "i32", "i32"], [], (code, parameters) =>
        writeMatmul(code, parameters, spec, relaxed),
      );
      const run = module.define(["i32"], [], (code, [times]) => {
        const counter = code.local("i32");
        code.loop(counter, times!, 1, () => {
          for (const at of [0, 4, 8, 12]) code.i32(at * MEGABYTE);
          code.call(product_);
        });
      });
      module.export("run", run);
      const gflops = fastest(instantiate(module), 2 * m * n * k);
      return { product, relaxed, gflops, ofLimit: gflops / limits[relaxed ? "fma" : "plain"]! };
    }),
  );
  return { limits, rows };
}
