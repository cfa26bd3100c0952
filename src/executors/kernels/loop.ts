import type { Shape } from "../../tensor/index.ts";
import { Vectors } from "../emit/index.ts";
import type { Code, Local } from "../wasm/index.ts";
import { acrossLanes, loadLanes, storeLanes } from "./lanes.ts";
import { type Axis, collapse } from "./nest.ts";
import { type Argument, type Visit, writeVisit } from "./visit.ts";

export interface Reduction {
  readonly op: "sum" | "max";
  readonly argument: Argument;
  readonly operand: number;
}

/** A pass over an index space. Operand i is parameter i of the function; strides are in elements. */
export interface LoopSpec {
  readonly shape: Shape;
  readonly strides: readonly (readonly number[])[];
  readonly visit: Visit;
  /** Axes that the reductions remove. */
  readonly axes: readonly number[];
  readonly reductions: readonly Reduction[];
}

/** Writes the body of a function (one i32 pointer per operand) that makes the pass. */
export function writeLoop(code: Code, pointers: readonly Local[], spec: LoopSpec, relaxed: boolean): void {
  const v = new Vectors(code, relaxed);
  const { levels, vector } = order(spec);
  const firstReduced = levels.findIndex((axis) => axis.reduced);
  const vectorAxis = levels[vector];
  const vectorReduced = vectorAxis?.reduced === true;
  const accumulators = spec.reductions.map(() => code.local("v128"));

  // Operands that never move are loaded once.
  const fixed = new Map<number, Local>();
  const stored = new Set([
    ...spec.visit.stores.map(({ operand }) => operand),
    ...spec.reductions.map(({ operand }) => operand),
  ]);
  pointers.forEach((pointer, operand) => {
    if (stored.has(operand) || levels.some((axis) => axis.strides[operand] !== 0)) return;
    const value = code.local("v128");
    code.get(pointer).memory("v128.load32_splat").set(value);
    fixed.set(operand, value);
  });

  const identity = (op: "sum" | "max"): number => (op === "sum" ? 0 : -Infinity);

  const leaf = (at: readonly Local[], lanes: number): void => {
    const stride = (operand: number): number => vectorAxis?.strides[operand] ?? 1;
    writeVisit(
      v,
      spec.visit,
      undefined,
      (operand) => {
        const known = fixed.get(operand);
        if (known !== undefined) code.get(known);
        else loadLanes(v, at[operand]!, 0, stride(operand), lanes);
      },
      (operand, value) => storeLanes(v, value, at[operand]!, 0, stride(operand), lanes),
      (push) => {
        spec.reductions.forEach(({ op, argument }, index) => {
          const total = accumulators[index]!;
          code.get(total);
          push(argument);
          if (vectorReduced && lanes < 4) {
            const mask = [0, 1, 2, 3].map((lane) => (lane < lanes ? -1 : 0));
            if (op === "max") code.f32x4(-Infinity);
            code.i32Lanes(mask[0]!, mask[1]!, mask[2]!, mask[3]!);
            code.op(op === "max" ? "v128.bitselect" : "v128.and");
          }
          code.op(op === "sum" ? "f32x4.add" : "f32x4.max").set(total);
        });
      },
    );
  };

  const finish = (at: readonly Local[], lanes: number): void => {
    spec.reductions.forEach(({ op, operand }, index) => {
      const total = accumulators[index]!;
      if (vectorReduced) {
        code.get(total);
        acrossLanes(v, op);
        code.set(total);
      }
      storeLanes(v, total, at[operand]!, 0, 1, vectorReduced ? 1 : lanes);
    });
  };

  const level = (depth: number, at: readonly Local[], lanes: number): void => {
    if (depth === firstReduced || (firstReduced < 0 && depth === levels.length)) {
      spec.reductions.forEach(({ op }, index) => code.f32x4(identity(op)).set(accumulators[index]!));
      rest(depth, at, lanes);
      finish(at, lanes);
    } else rest(depth, at, lanes);
  };

  const rest = (depth: number, at: readonly Local[], lanes: number): void => {
    const axis = levels[depth];
    if (axis === undefined) return leaf(at, lanes);
    const isVector = depth === vector;
    const width = isVector ? 4 : 1;
    const rounds = Math.floor(axis.length / width);
    const tail = axis.length - rounds * width;
    const moving = at.map((pointer, operand) => {
      if (axis.strides[operand] === 0 || fixed.has(operand)) return pointer;
      const running = code.local("i32");
      code.get(pointer).set(running);
      return running;
    });
    if (rounds > 0) {
      const counter = code.local("i32");
      const step = (): void => {
        level(depth + 1, moving, isVector ? 4 : lanes);
        moving.forEach((pointer, operand) => {
          if (pointer === at[operand]) return;
          code
            .get(pointer)
            .i32(axis.strides[operand]! * width * 4)
            .op("i32.add")
            .set(pointer);
        });
      };
      if (rounds === 1) step();
      else {
        code.i32(0).set(counter);
        code.loop(counter, rounds, 1, step, true);
      }
      code.release(counter);
    }
    if (tail > 0) level(depth + 1, moving, tail);
    code.release(...moving.filter((pointer, operand) => pointer !== at[operand]));
  };
  level(0, pointers, vector < 0 ? 1 : 4);
}

/** The loops, outermost first: kept axes, then reduced ones; and which of them moves by four lanes. */
function order(spec: LoopSpec): { levels: Axis[]; vector: number } {
  const axes = collapse(spec.shape, spec.strides, new Set(spec.axes));
  const kept = axes.filter((axis) => !axis.reduced);
  const reduced = axes.filter((axis) => axis.reduced);
  const last = axes.at(-1);
  if (last === undefined) return { levels: [], vector: -1 };
  const levels = [...kept, ...reduced];
  return { levels, vector: levels.indexOf(last) };
}
