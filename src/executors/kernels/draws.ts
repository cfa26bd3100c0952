import {
  indexBelow,
  normalsOfWords,
  type PhiloxKey,
  philox,
  transpose4,
  uniformOfWord,
  Vectors,
} from "../emit/index.ts";
import type { Code, Local } from "../wasm/index.ts";
import { storeLanes } from "./lanes.ts";
import { inParts, type OwnOf, ownEntries } from "./own.ts";

export interface DrawSpec extends OwnOf {
  readonly kind: "uniform" | "normal" | "randomIndex";
  readonly count: number;
  /** Word of the purpose, and the key of the session. */
  readonly purpose: number;
  readonly key: PhiloxKey;
  readonly offset: number;
  /** Steps that share a block: 4 for one element, 2 for two, else 1. */
  readonly steps: 1 | 2 | 4;
  /** Of `randomIndex`. */
  readonly bound: number;
  /** Whether the bound is read from memory (float32), held inside 1 … bound. */
  readonly boundInput: boolean;
}

/** (out, member id, step[, bound][, own rows]): `count` draws, sixteen at a time. */
export function writeDraws(code: Code, parameters: readonly Local[], spec: DrawSpec, relaxed: boolean): void {
  const v = new Vectors(code, relaxed);
  const [out, member, step, boundAt] = parameters;
  const block = code.local("v128");
  const bound = code.local("v128");
  const now = code.local("i32");
  const first = code.local("i32");
  const purpose = code.local("i32");
  if (spec.kind === "randomIndex") {
    if (spec.boundInput) {
      code.get(boundAt!).memory("v128.load32_splat").op("i32x4.trunc_sat_f32x4_s");
      code.i32x4(1).op("i32x4.max_s").i32x4(spec.bound).op("i32x4.min_s").set(bound);
    } else code.i32x4(spec.bound).set(bound);
  }
  const sixteen = (elements: number): void => {
    code.get(step!).i32(spec.offset).op("i32.add").set(now);
    if (spec.steps > 1) {
      // The first of the block's four that belongs to this step.
      code
        .get(now)
        .i32(spec.steps - 1)
        .op("i32.and")
        .i32(4 / spec.steps)
        .op("i32.mul")
        .set(first);
      code.get(now).i32(Math.log2(spec.steps)).op("i32.shr_u").set(now);
    }
    code.i32(spec.purpose).set(purpose);
    const words = philox(v, [block, member!, now, purpose], spec.key);
    if (spec.kind === "normal") {
      normalsOfWords(v, words[0], words[1]);
      normalsOfWords(v, words[2], words[3]);
    } else {
      for (const word of words) {
        code.get(word);
        if (spec.kind === "uniform") uniformOfWord(v);
        else indexBelow(v, bound);
        code.set(word);
      }
    }
    transpose4(v, words);
    const [four] = words;
    const forward = (by: 1 | 2): void => {
      code.get(first).i32(by).op("i32.and");
      code.when(() => code.get(four).get(four).shuffle(by, 3, 2, 3).set(four));
    };
    if (spec.steps > 1) forward(2);
    if (spec.steps > 2) forward(1);
    for (let i = 0; i * 4 < elements; i++) {
      storeLanes(v, words[i]!, out!, i * 16, 1, Math.min(4, elements - i * 4));
    }
    code.release(...words);
  };
  code.i32Lanes(0, 1, 2, 3).set(block);
  inParts(code, spec.count, 16, ownEntries(code, spec.count, spec, parameters.at(-1)), (elements) => {
    sixteen(elements);
    if (elements < 16) return;
    code.get(block).i32x4(4).op("i32x4.add").set(block);
    code.get(out!).i32(64).op("i32.add").set(out!);
  });
}

/** (out, step): element i is (step·count + i) mod bound. */
export function writeSequentialIndex(
  code: Code,
  [out, step]: readonly Local[],
  spec: { readonly count: number; readonly bound: number },
): void {
  const value = code.local("i32");
  const counter = code.local("i32");
  code.get(step!).op("i64.extend_i32_u").i64(BigInt(spec.count)).op("i64.mul");
  code.i64(BigInt(spec.bound)).op("i64.rem_u").op("i32.wrap_i64").set(value);
  code.i32(0).set(counter);
  code.loop(
    counter,
    spec.count,
    1,
    () => {
      code.get(out!).get(value).memory("i32.store");
      code.get(out!).i32(4).op("i32.add").set(out!);
      code.get(value).i32(1).op("i32.add").set(value);
      code
        .get(value)
        .i32(spec.bound)
        .op("i32.eq")
        .when(() => code.i32(0).set(value));
    },
    true,
  );
}

/** (size, out): 1/size where i < size, else 0. */
export function writeBatchWeights(code: Code, [size, out]: readonly Local[], count: number): void {
  const v = new Vectors(code, false);
  const lane = code.local("v128");
  const limit = code.local("v128");
  const weight = code.local("v128");
  const value = code.local("v128");
  code.get(size!).memory("v128.load32_splat").set(limit);
  code.f32x4(1).get(limit).op("f32x4.div").set(weight);
  code.i32Lanes(0, 1, 2, 3).op("f32x4.convert_i32x4_s").set(lane);
  const four = (lanes: number): void => {
    code.get(weight).get(lane).get(limit).op("f32x4.lt").op("v128.and").set(value);
    storeLanes(v, value, out!, 0, 1, lanes);
    code.get(lane).f32x4(4).op("f32x4.add").set(lane);
    code.get(out!).i32(16).op("i32.add").set(out!);
  };
  const counter = code.local("i32");
  code.i32(0).set(counter);
  code.loop(counter, Math.floor(count / 4), 1, () => four(4));
  if (count % 4 > 0) four(count % 4);
}
