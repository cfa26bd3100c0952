import type { Key } from "../../random/index.ts";
import { type NodeId, type Program, sizeOf } from "../../tensor/index.ts";
import { Vectors } from "../emit/index.ts";
import type { Layout } from "../lower/layout.ts";
import { type Code, type Local, type MemoryImport, WasmModule } from "../wasm/index.ts";
import { type Element, carriedDraws, invariantNodes, writeNodes } from "./step.ts";

export interface LaneOptions {
  readonly key: Key;
  readonly relaxed: boolean;
}

/**
 * One module for programs with one member per lane. Each is an exported function (first group, end of groups, first
 * step, steps, unused): a group's slots are read once, kept in registers for all steps, and written back.
 */
export function buildLaneModule(
  programs: ReadonlyMap<string, Program>,
  layout: Layout,
  memory: MemoryImport,
  options: LaneOptions,
): Uint8Array<ArrayBuffer> {
  const module = new WasmModule(memory);
  for (const [name, program] of programs) {
    const group = module.define(["i32", "i32", "i32", "i32"], [], (code, parameters) =>
      writeGroup(code, parameters, program, layout, options),
    );
    const metricBytes = program.metrics.length * 64;
    const main = module.define(
      ["i32", "i32", "i32", "i32", "i32"],
      [],
      (code, [first, end, fromStep, steps]) => {
        const at = code.local("i32");
        code.get(first!).set(at);
        code.loop(at, end!, 1, () => {
          code.get(at).i32(layout.recordBytes).op("i32.mul").i32(layout.records).op("i32.add");
          code.get(at).i32(metricBytes).op("i32.mul").i32(layout.metrics.get(name)!).op("i32.add");
          code.get(fromStep!).get(fromStep!).get(steps!).op("i32.add").call(group);
        });
      },
    );
    module.export(name, main);
  }
  return module.encode();
}

/** (record, metrics, first step, end of steps) */
function writeGroup(
  code: Code,
  [record, metrics, step, endStep]: readonly Local[],
  program: Program,
  layout: Layout,
  { key, relaxed }: LaneOptions,
): void {
  const v = new Vectors(code, relaxed);
  const ids = code.local("v128");
  code.get(record!).memory("v128.load").set(ids);
  const read = new Set(program.nodes.flatMap((node) => (node.op === "read" ? [node.slot] : [])));
  const updated = new Set(program.updates.map(({ slot }) => slot));
  const slots = new Map<string, readonly Local[]>();
  for (const slot of program.slots) {
    if (!read.has(slot.name) && !updated.has(slot.name)) continue;
    const locals = Array.from({ length: sizeOf(slot.shape) }, () => code.local("v128"));
    slots.set(slot.name, locals);
    locals.forEach((local, i) => {
      if (slot.kind === "data") {
        code
          .i32(0)
          .memory("v128.load32_splat", layout.data.get(slot.name)! + i * 4)
          .set(local);
      } else {
        code
          .get(record!)
          .memory("v128.load", layout.slots.get(slot.name)! + i * 16)
          .set(local);
      }
    });
  }
  const sums = program.metrics.map(() => [code.local("v128"), code.local("v128")] as const);
  const lasts = program.metrics.map(() => code.local("v128"));
  for (const [low, high] of sums) code.f32x4(0).tee(low).set(high);

  const push = (element: Element): void => {
    if (!("constant" in element)) code.get(element);
    else if (element.integer) code.i32x4(element.constant);
    else code.f32x4(element.constant);
  };
  const values = new Map<NodeId, readonly Element[]>();
  const inputs = { key, ids, step: step!, slots };
  const invariant = invariantNodes(program);
  const fixed = program.nodes.filter(({ id }) => invariant.has(id));
  const carried = carriedDraws(program);
  const early = new Set(carried.map(([id]) => id));
  const moving = program.nodes.filter(({ id }) => !invariant.has(id) && !early.has(id));
  writeNodes(v, program, fixed, inputs, values);
  // What the schemes of two draws per step (this one's and the next one's) need is drawn once.
  writeNodes(
    v,
    program,
    program.nodes.filter(({ id }) => early.has(id)),
    inputs,
    values,
  );
  const carry = carried.map(([id, next]) => {
    const locals = values.get(id)!.map((element) => {
      const local = code.local("v128");
      push(element);
      code.set(local);
      return local;
    });
    values.set(id, locals);
    return { locals, next };
  });
  const first = code.local("i32");
  code.get(step!).set(first);
  code.loop(step!, endStep!, 1, () => {
    writeNodes(v, program, moving, { ...inputs, first }, values);
    program.metrics.forEach(({ node }, i) => {
      const last = lasts[i]!;
      const [low, high] = sums[i]!;
      push(values.get(node)![0]!);
      code.tee(last).op("f64x2.promote_low_f32x4").get(low).op("f64x2.add").set(low);
      code.get(last).get(last).shuffle(2, 3, 2, 3).op("f64x2.promote_low_f32x4");
      code.get(high).op("f64x2.add").set(high);
    });
    // All new values are on the stack before the first slot changes.
    const targets = program.updates.flatMap(({ slot, node }) => {
      const locals = slots.get(slot)!;
      for (const element of values.get(node)!) push(element);
      return [...locals];
    });
    for (const local of targets.toReversed()) code.set(local);
    for (const { next } of carry) for (const element of values.get(next)!) push(element);
    for (const local of carry.flatMap(({ locals }) => locals).toReversed()) code.set(local);
  });

  for (const { slot } of program.updates) {
    slots.get(slot)!.forEach((local, i) => {
      code
        .get(record!)
        .get(local)
        .memory("v128.store", layout.slots.get(slot)! + i * 16);
    });
  }
  program.metrics.forEach((_, i) => {
    const last = lasts[i]!;
    const [low, high] = sums[i]!;
    code
      .get(metrics!)
      .get(last)
      .op("f64x2.promote_low_f32x4")
      .memory("v128.store", i * 64);
    code.get(metrics!).get(last).get(last).shuffle(2, 3, 2, 3).op("f64x2.promote_low_f32x4");
    code.memory("v128.store", i * 64 + 16);
    code
      .get(metrics!)
      .get(low)
      .memory("v128.store", i * 64 + 32);
    code
      .get(metrics!)
      .get(high)
      .memory("v128.store", i * 64 + 48);
  });
}
