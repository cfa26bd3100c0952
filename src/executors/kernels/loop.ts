import { type Shape, sizeOf } from "../../tensor/index.ts";
import { Vectors } from "../emit/index.ts";
import type { Code, Local } from "../wasm/index.ts";
import { acrossLanes, loadLanes, storeLanes } from "./lanes.ts";
import { type Axis, collapse } from "./nest.ts";
import { inParts, type OwnOf, ownEntries } from "./own.ts";
import { computes } from "./operations.ts";
import { type Argument, type Visit, writeVisit } from "./visit.ts";

export interface Reduction {
  readonly op: "sum" | "max";
  readonly argument: Argument;
  readonly operand: number;
}

/**
 * A pass over an index space. Operand i is parameter i of the function; strides are in elements. A batch with own rows
 * is the first axis.
 */
export interface LoopSpec extends OwnOf {
  readonly shape: Shape;
  readonly strides: readonly (readonly number[])[];
  readonly visit: Visit;
  /** Axes that the reductions remove. */
  readonly axes: readonly number[];
  readonly reductions: readonly Reduction[];
}

/** Elements from which on the platform's own copy is faster than a loop of vectors. */
const LONG_COPY = 64;

/** A pass that does nothing but repeat elements without gaps in one or more other places. */
function isCopy({ own, shape, strides, visit, reductions }: LoopSpec): boolean {
  const [step] = visit.steps;
  const axes = collapse(shape, strides);
  return (
    own === undefined &&
    reductions.length === 0 &&
    visit.steps.length === 1 &&
    step !== undefined &&
    !computes({ op: step.op, integer: step.integer }) &&
    step.args[0]?.from === "operand" &&
    axes.length === 1 &&
    axes[0]!.length >= LONG_COPY &&
    axes[0]!.strides.every((stride) => stride === 1)
  );
}

/** Writes the body of a function (one i32 pointer per operand, then the own rows) that makes the pass. */
export function writeLoop(code: Code, parameters: readonly Local[], spec: LoopSpec, relaxed: boolean): void {
  const source = spec.visit.steps[0]?.args[0];
  if (isCopy(spec) && source?.from === "operand") {
    const bytes = sizeOf(spec.shape) * 4;
    for (const { operand } of spec.visit.stores) {
      code.get(parameters[operand]!).get(parameters[source.index]!).i32(bytes).op("memory.copy");
    }
    return;
  }
  const v = new Vectors(code, relaxed);
  const { levels, vector, batch } = order(spec);
  const pointers = parameters.slice(0, spec.strides.length);
  const rows = parameters[pointers.length];
  const firstReduced = levels.findIndex((axis) => axis.reduced);
  const vectorAxis = levels[vector];
  const vectorReduced = vectorAxis?.reduced === true;
  const accumulators = spec.reductions.map(() => code.local("v128"));
  const entries = ownEntries(code, levels[batch]?.length ?? 1, spec, rows);
  // Sums along a vector that may reach past the member's own rows: lanes from here on count for nothing.
  const limited = vectorReduced && vector === batch && typeof entries !== "number";
  const lane = limited ? code.local("v128") : undefined;
  const limit = limited ? code.local("v128") : undefined;

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
          if (lane !== undefined && limit !== undefined) {
            code.get(lane).get(limit).op("i32x4.lt_s").op("v128.and");
          } else if (vectorReduced && lanes < 4) {
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
    const moving = at.map((pointer, operand) => {
      if (axis.strides[operand] === 0 || fixed.has(operand)) return pointer;
      const running = code.local("i32");
      code.get(pointer).set(running);
      return running;
    });
    const isBatch = depth === batch;
    if (isBatch && lane !== undefined && limit !== undefined && typeof entries !== "number") {
      code.i32Lanes(0, 1, 2, 3).set(lane);
      code.get(entries).op("i32x4.splat").set(limit);
    }
    inParts(code, axis.length, width, isBatch ? entries : axis.length, (count) => {
      level(depth + 1, moving, isVector ? count : lanes);
      if (count < width) return;
      if (isBatch && lane !== undefined) code.get(lane).i32x4(4).op("i32x4.add").set(lane);
      moving.forEach((pointer, operand) => {
        if (pointer === at[operand]) return;
        code
          .get(pointer)
          .i32(axis.strides[operand]! * width * 4)
          .op("i32.add")
          .set(pointer);
      });
    });
    code.release(...moving.filter((pointer, operand) => pointer !== at[operand]));
  };
  level(0, pointers, vector < 0 ? 1 : 4);
}

/**
 * The loops, outermost first: kept axes, then reduced ones; which of them moves by four lanes, and which has the first
 * axis in it.
 */
function order(spec: LoopSpec): { levels: Axis[]; vector: number; batch: number } {
  const axes = collapse(spec.shape, spec.strides, new Set(spec.axes));
  const kept = axes.filter((axis) => !axis.reduced);
  const reduced = axes.filter((axis) => axis.reduced);
  const last = axes.at(-1);
  if (last === undefined) return { levels: [], vector: -1, batch: -1 };
  const levels = [...kept, ...reduced];
  return { levels, vector: levels.indexOf(last), batch: levels.indexOf(axes[0]!) };
}
