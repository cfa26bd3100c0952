import { type Code, type Local, type MemoryImport, WasmModule } from "../wasm/index.ts";
import { type Action, type Address, type CallArgument, callsOf, parameterTypes } from "./call.ts";
import type { Layout } from "./layout.ts";
import type { Lowered } from "./program.ts";

/**
 * One module for all programs of a session. Each program is an exported function
 * (first member, end of members, first step, steps, arena address).
 */
export function buildModule(
  programs: ReadonlyMap<string, Lowered>,
  layout: Layout,
  memory: MemoryImport,
): Uint8Array<ArrayBuffer> {
  const module = new WasmModule(memory);
  const kernels = new Map<string, number>();
  for (const [name, program] of programs) {
    for (const one of callsOf(program.actions)) {
      if (kernels.has(one.key)) continue;
      const index = module.define(parameterTypes(one), [], (code, parameters) => one.write(code, parameters));
      kernels.set(one.key, index);
    }
    const main = module.define(["i32", "i32", "i32", "i32", "i32"], [], (code, parameters) =>
      writeMain(code, parameters, program, kernels, layout, layout.metrics.get(name)!),
    );
    module.export(name, main);
  }
  return module.encode();
}

function writeMain(
  code: Code,
  [first, end, fromStep, steps, arena]: readonly Local[],
  program: Lowered,
  kernels: ReadonlyMap<string, number>,
  layout: Layout,
  metrics: number,
): void {
  const member = code.local("i32");
  const record = code.local("i32");
  const result = code.local("i32");
  const step = code.local("i32");
  const endStep = code.local("i32");
  const rows = code.local("i32");
  /** The time of each loop that is running, by depth. */
  const times: Local[] = [];
  const pushAddress = (address: Address): void => {
    pushPlace(address);
    for (const [depth, bytes] of address.times ?? []) {
      code.get(times[depth]!).i32(bytes).op("i32.mul").op("i32.add");
    }
  };
  const pushPlace = (address: Address): void => {
    if (address.base === "arena") plus(arena!, address.offset);
    else if (address.base === "member") plus(record, layout.slots.get(address.slot)! + address.offset);
    else if (address.base === "data") code.i32(layout.data.get(address.slot)! + address.offset);
    else code.i32(layout.constants + address.offset);
  };
  const plus = (base: Local, offset: number): void => {
    code.get(base);
    if (offset !== 0) code.i32(offset).op("i32.add");
  };
  const push = (argument: CallArgument): void => {
    if (argument === "member") code.get(record).memory("i32.load");
    else if (argument === "step") code.get(step);
    else if (argument === "rows") code.get(rows);
    else pushAddress(argument);
  };
  const act = (action: Action): void => {
    if (!("actions" in action)) {
      for (const argument of action.arguments) push(argument);
      code.call(kernels.get(action.key)!);
      return;
    }
    const { length, reverse, depth, actions } = action;
    const round = code.local("i32");
    const time = reverse ? code.local("i32") : round;
    times[depth] = time;
    code.i32(0).set(round);
    const body = (): void => {
      if (reverse)
        code
          .i32(length - 1)
          .get(round)
          .op("i32.sub")
          .set(time);
      actions.forEach(act);
    };
    code.loop(round, length, 1, body, true);
    code.release(round, ...(reverse ? [time] : []));
  };
  const metricBytes = program.metrics.length * 16;
  code.get(fromStep!).get(steps!).op("i32.add").set(endStep);
  code.get(first!).set(member);
  code.loop(member, end!, 1, () => {
    code.get(member).i32(layout.recordBytes).op("i32.mul").i32(layout.records).op("i32.add").set(record);
    code.get(member).i32(metricBytes).op("i32.mul").i32(metrics).op("i32.add").set(result);
    program.metrics.forEach((_, i) => {
      code
        .get(result)
        .f64(0)
        .memory("f64.store", i * 16 + 8);
    });
    if (program.rows !== undefined) {
      // Rows i < size have a weight: ⌈size⌉ of them; at least one, so that loops need not be tested at the top.
      const { address, max } = program.rows;
      pushAddress(address);
      code.memory("f32.load").op("f32.ceil").op("i32.trunc_sat_f32_u").set(rows);
      code.get(rows).i32(max).get(rows).i32(max).op("i32.lt_u").op("select").set(rows);
      code.get(rows).i32(1).get(rows).op("select").set(rows);
    }
    code.get(fromStep!).set(step);
    code.loop(step, endStep, 1, () => {
      code.get(arena!).get(step).op("f32.convert_i32_u").memory("f32.store", program.stepOffset);
      program.actions.forEach(act);
      program.metrics.forEach(({ address }, i) => {
        const value = (): void => {
          pushAddress(address);
          code.memory("f32.load").op("f64.promote_f32");
        };
        code.get(result);
        value();
        code.memory("f64.store", i * 16);
        code
          .get(result)
          .get(result)
          .memory("f64.load", i * 16 + 8);
        value();
        code.op("f64.add").memory("f64.store", i * 16 + 8);
      });
    });
  });
}
