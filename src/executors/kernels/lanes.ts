import type { Vectors } from "../emit/index.ts";
import type { Local } from "../wasm/index.ts";

/** Pushes up to four elements from pointer + offset bytes on, `stride` elements apart; other lanes are anything. */
export function loadLanes(v: Vectors, pointer: Local, offset: number, stride: number, lanes: number): void {
  const { code } = v;
  code.get(pointer);
  if (stride === 0 || lanes === 1) {
    code.memory("v128.load32_splat", offset);
  } else if (stride === 1) {
    code.memory("v128.load", offset);
  } else {
    code.memory("v128.load32_zero", offset);
    v.scoped(1, (value) => {
      code.set(value);
      for (let lane = 1; lane < lanes; lane++) {
        code.get(pointer).get(value);
        code.memoryLane("v128.load32_lane", lane, offset + lane * stride * 4).set(value);
      }
      code.get(value);
    });
  }
}

/** Stores the first lanes of a local at pointer + offset bytes, `stride` elements apart. */
export function storeLanes(
  v: Vectors,
  value: Local,
  pointer: Local,
  offset: number,
  stride: number,
  lanes: number,
): void {
  const { code } = v;
  if (stride !== 1) {
    for (let lane = 0; lane < lanes; lane++) {
      code
        .get(pointer)
        .get(value)
        .memoryLane("v128.store32_lane", lane, offset + lane * stride * 4);
    }
    return;
  }
  code.get(pointer).get(value);
  if (lanes === 4) code.memory("v128.store", offset);
  else if (lanes === 1) code.memoryLane("v128.store32_lane", 0, offset);
  else {
    code.memoryLane("v128.store64_lane", 0, offset);
    if (lanes === 3)
      code
        .get(pointer)
        .get(value)
        .memoryLane("v128.store32_lane", 2, offset + 8);
  }
}

/** [vector] → vector in which every lane is the sum (or maximum) of the four. */
export function acrossLanes(v: Vectors, op: "sum" | "max"): void {
  const { code } = v;
  const join = op === "sum" ? "f32x4.add" : "f32x4.max";
  v.scoped(1, (value) => {
    code.set(value);
    for (const [a, b, c, d] of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ] as const) {
      code.get(value).get(value).get(value).shuffle(a, b, c, d).op(join).set(value);
    }
    code.get(value);
  });
}
