import { describe, expect, it } from "vitest";
import { key, philox4x32 } from "../../random/index.ts";
import { relaxedSimd } from "../features.ts";
import { WasmModule } from "../wasm/index.ts";
import {
  exponential,
  hyperbolicTangent,
  logarithm,
  logistic,
  normalsOfWords,
  philox,
  sineOrCosine,
  softplus,
  Vectors,
} from "./index.ts";

/** Applies an elementwise function of the generator to numbers. */
function apply(emit: (v: Vectors) => void, inputs: Float32Array, relaxed: boolean): Float32Array {
  const pages = Math.ceil((inputs.length * 4) / 65536) + 1;
  const module = new WasmModule({ initial: pages, maximum: pages, shared: false });
  const run = module.define(["i32"], [], (code, [end]) => {
    const at = code.local("i32");
    code.loop(at, end!, 16, () => {
      code.get(at).get(at).memory("v128.load");
      emit(new Vectors(code, relaxed));
      code.memory("v128.store");
    });
  });
  module.export("run", run);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Float32Array(memory.buffer).set(inputs);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  (exports["run"] as (end: number) => void)(inputs.length * 4);
  return new Float32Array(memory.buffer).slice(0, inputs.length);
}

/** Largest relative error in units of 2⁻²³ (for subnormal results: of the smallest normal number). */
function worstError(
  emit: (v: Vectors) => void,
  f: (x: number) => number,
  low: number,
  high: number,
  relaxed: boolean,
): number {
  const n = 200_000;
  const inputs = Float32Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  const outputs = apply(emit, inputs, relaxed);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const exact = f(inputs[i]!);
    const unit = Math.max(2 ** -126, Math.abs(exact)) * 2 ** -23;
    worst = Math.max(worst, Math.abs(outputs[i]! - exact) / unit);
  }
  return worst;
}

const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

describe.each(relaxedSimd() ? [false, true] : [false])("functions of four lanes (relaxed: %s)", (relaxed) => {
  it.each([
    ["exp", exponential, Math.exp, -86.9, 88, 2],
    ["exp", exponential, Math.exp, -1, 1, 2],
    ["log", logarithm, Math.log, 1e-6, 4, 2],
    ["log", logarithm, Math.log, 0.9, 1.1, 2],
    ["log", logarithm, Math.log, 1, 1e30, 2],
    ["log", logarithm, Math.log, 1e-44, 2e-38, 2],
    ["tanh", hyperbolicTangent, Math.tanh, -12, 12, 3],
    ["tanh", hyperbolicTangent, Math.tanh, -0.5, 0.5, 3],
    ["sigmoid", logistic, (x: number) => 1 / (1 + Math.exp(-x)), -80, 20, 3],
    ["softplus", softplus, softplusOf, -80, 20, 3],
    ["softplus", softplus, softplusOf, -2, 2, 3],
  ] as const)("%s", (_name, emit, f, low, high, ulps) => {
    expect(worstError(emit, f, low, high, relaxed)).toBeLessThan(ulps);
  });

  it.each(["sin", "cos"] as const)("%s within 1.5e-7, to ±8000", (name) => {
    for (const limit of [4, 8000]) {
      const inputs = Float32Array.from({ length: 200_000 }, (_, i) => limit * (i / 100_000 - 1));
      const outputs = apply((v) => sineOrCosine(v, name), inputs, relaxed);
      let worst = 0;
      for (let i = 0; i < inputs.length; i++) {
        worst = Math.max(worst, Math.abs(outputs[i]! - Math[name](inputs[i]!)));
      }
      expect(worst).toBeLessThan(1.5e-7);
    }
  });

  it("keeps infinities, zeros and NaN", () => {
    const special = new Float32Array([Infinity, -Infinity, 0, Number.NaN]);
    expect([...apply(exponential, special, relaxed)]).toEqual([Infinity, 0, 1, Number.NaN]);
    expect([...apply(logarithm, special, relaxed)]).toEqual([Infinity, Number.NaN, -Infinity, Number.NaN]);
    expect([...apply(hyperbolicTangent, special, relaxed)]).toEqual([1, -1, 0, Number.NaN]);
    expect([...apply(logistic, special, relaxed)]).toEqual([1, 0, 0.5, Number.NaN]);
    expect([...apply(softplus, special, relaxed)]).toEqual([Infinity, 0, Math.fround(Math.LN2), Number.NaN]);
    expect(
      [...apply(exponential, new Float32Array([-1000, 1000, 88.7, -87.3]), relaxed)].slice(0, 2),
    ).toEqual([0, Infinity]);
  });
});

describe("random words", () => {
  const root = key(0x12_3456_789a_bcde);

  it.each([false, true])("are those of philox4x32, four blocks at once (shared words: %s)", (mixed) => {
    const inputs = new Float32Array(8);
    const words = new Uint32Array(inputs.buffer);
    words.set([0, 1, 2, 4_000_000_000, 5, 6, 7, 4_294_967_295]);
    for (let word = 0; word < 4; word++) {
      const got = new Uint32Array(
        apply(
          (v) => {
            const block = v.code.local("v128");
            v.code.set(block);
            // Counter words that all lanes share are scalars, in either place.
            const scalars = [11, -7, 0x9abcdef0].map((value) => {
              const local = v.code.local(mixed ? "i32" : "v128");
              if (mixed) v.code.i32(value).set(local);
              else v.code.i32x4(value).set(local);
              return local;
            });
            const out = philox(v, [block, scalars[0]!, scalars[1]!, scalars[2]!], root);
            v.code.get(out[word]!).release(block, ...scalars, ...out);
          },
          inputs,
          false,
        ).buffer,
      );
      const expected = [...words].map((block) => {
        const out = new Uint32Array(4);
        philox4x32(out, block, 11, -7, 0x9abcdef0, root.low, root.high);
        return out[word]!;
      });
      expect([...got]).toEqual(expected);
    }
  });

  it("become normals as the definition in float64 says, to 4e-6 at the far tail and 5e-7 elsewhere", () => {
    const n = 4096;
    const inputs = new Float32Array(n);
    const words = new Uint32Array(inputs.buffer);
    const out = new Uint32Array(4);
    for (let i = 0; i < n; i++) {
      philox4x32(out, i, 0, 0, 0, root.low, root.high);
      words[i] = i === 0 ? 0 : i === 1 ? 0xffffffff : out[0]!;
    }
    const emit = (which: 0 | 1) => (v: Vectors) => {
      const first = v.code.local("v128");
      const second = v.code.local("v128");
      v.code.tee(first).i32(7).op("i32x4.shl").set(second);
      normalsOfWords(v, first, second);
      v.code.get(which === 0 ? first : second).release(first, second);
    };
    const cosines = apply(emit(0), inputs.slice(), false);
    const sines = apply(emit(1), inputs.slice(), false);
    for (let i = 0; i < n; i++) {
      const word = words[i]!;
      const u = Math.fround(Math.fround(word) + 0.5) / 2 ** 32;
      const angle = (2 * Math.PI * ((word << 7) >>> 8)) / 2 ** 24;
      const radius = Math.sqrt(-2 * Math.log(u));
      const tolerance = 5e-7 * (1 + radius);
      expect(Math.abs(cosines[i]! - radius * Math.cos(angle))).toBeLessThan(tolerance);
      expect(Math.abs(sines[i]! - radius * Math.sin(angle))).toBeLessThan(tolerance);
    }
  });
});
