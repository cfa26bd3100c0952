/** Where the time of a training step goes: each kernel of a program alone, in cache, on one thread. */
import { relaxedSimd } from "../../src/executors/index.ts";
import { type CallArgument, callsOf } from "../../src/executors/lower/call.ts";
import { layOut } from "../../src/executors/lower/layout.ts";
import { lower } from "../../src/executors/lower/program.ts";
import { WasmModule } from "../../src/executors/wasm/index.ts";
import { key } from "../../src/random/index.ts";
import type { Program } from "../../src/tensor/index.ts";
import { median } from "./statistics.ts";
import { flops, mlpProgram, w1, w2 } from "./workloads.ts";

export interface KernelTime {
  readonly kernel: string;
  readonly microseconds: number;
}

export function profile(program: Program, relaxed: boolean, repeats = 200): KernelTime[] {
  const lowered = lower(program, { key: key(3), relaxed, constantsFrom: 0 });
  const layout = layOut(program.slots, new Map([["p", lowered]]), { members: 1, workers: 1, lanes: 1 });
  // Kernels of a loop over time count once, at its first time.
  const calls = callsOf(lowered.actions);
  const pages = { initial: layout.pages, maximum: layout.pages, shared: false };
  const module = new WasmModule(pages);
  calls.forEach((one, i) => {
    const kernel = module.define(
      one.arguments.map(() => "i32" as const),
      [],
      (code, parameters) => one.write(code, parameters),
    );
    const address = (argument: CallArgument): number => {
      if (argument === "member" || argument === "step") return 1;
      if (argument === "rows") return lowered.rows?.max ?? 1;
      const { offset } = argument;
      if (argument.base === "arena") return layout.arenas + offset;
      if (argument.base === "constant") return layout.constants + offset;
      if (argument.base === "data") return layout.data.get(argument.slot)! + offset;
      return layout.records + layout.slots.get(argument.slot)! + offset;
    };
    const run = module.define(["i32"], [], (code, [times]) => {
      const counter = code.local("i32");
      code.loop(counter, times!, 1, () => {
        for (const argument of one.arguments) code.i32(address(argument));
        code.call(kernel);
      });
    });
    module.export(`run${i}`, run);
  });
  const memory = new WebAssembly.Memory(pages);
  new Float32Array(memory.buffer).fill(0.01);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return calls.map((one, i) => {
    const run = exports[`run${i}`] as (times: number) => void;
    for (let warm = 0; warm < 20; warm++) run(repeats / 4);
    const times = Array.from({ length: 9 }, () => {
      const before = performance.now();
      run(repeats);
      return ((performance.now() - before) / repeats) * 1000;
    });
    return { kernel: one.key, microseconds: Math.min(median(times), ...times) };
  });
}

if (process.argv[1]?.endsWith("kernels.ts") === true) {
  for (const load of [w1, w2]) {
    for (const relaxed of relaxedSimd() ? [false, true] : [false]) {
      const times = profile(mlpProgram(load).program, relaxed, load === w2 ? 20 : 200);
      const total = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
      console.log(
        `\n${load.name}${relaxed ? ", fused multiply-add" : ""}: ${total.toFixed(1)} µs per step, ` +
          `${(flops(load) / total / 1000).toFixed(1)} GFLOP/s`,
      );
      for (const { kernel, microseconds } of times.toSorted((a, b) => b.microseconds - a.microseconds)) {
        const share = ((microseconds / total) * 100).toFixed(1).padStart(5);
        console.log(`${microseconds.toFixed(2).padStart(9)} µs ${share} %  ${kernel.slice(0, 100)}`);
      }
    }
  }
}
