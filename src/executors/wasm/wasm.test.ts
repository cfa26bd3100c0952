import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bytes, type Code, type Local, type ValueType, WasmModule } from "./index.ts";

const pages = { initial: 1, maximum: 1, shared: false };

/** Runs a function of the generator. */
function run(
  parameters: readonly ValueType[],
  results: readonly ValueType[],
  body: (code: Code, parameters: readonly Local[]) => void,
): { call: (...args: number[]) => number; words: Int32Array } {
  const module = new WasmModule(pages);
  module.export("f", module.define(parameters, results, body));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return { call: exports["f"] as (...args: number[]) => number, words: new Int32Array(memory.buffer) };
}

describe("the number formats", () => {
  const decode = (bytes: Uint8Array): bigint => {
    let value = 0n;
    let shift = 0n;
    for (const byte of bytes) {
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    }
    return (bytes.at(-1)! & 0x40) !== 0 ? BigInt.asIntN(Number(shift), value) : value;
  };

  it("write unsigned numbers as LEB128", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        const bytes = new Bytes();
        bytes.unsigned(value);
        const view = bytes.view();
        let read = 0n;
        view.forEach((byte, i) => (read |= BigInt(byte & 0x7f) << BigInt(7 * i)));
        expect(read).toBe(BigInt(value));
        expect(view.every((byte, i) => byte >= 0x80 === i < view.length - 1)).toBe(true);
      }),
    );
  });

  it("write signed numbers of 32 and 64 bits as LEB128", () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (small, large) => {
        const first = new Bytes();
        first.signed(small);
        expect(decode(first.view())).toBe(BigInt(small));
        const second = new Bytes();
        second.signed64(large);
        expect(decode(second.view())).toBe(large);
      }),
    );
  });
});

describe("modules", () => {
  it("add, for all pairs of integers", () => {
    const { call } = run(["i32", "i32"], ["i32"], (code, [a, b]) => code.get(a!).get(b!).op("i32.add"));
    fc.assert(fc.property(fc.integer(), fc.integer(), (a, b) => call(a, b) === ((a + b) | 0)));
  });

  it("loop: not at all, once, and with a step that does not divide the length", () => {
    const count = run(["i32", "i32"], ["i32"], (code, [from, end]) => {
      const rounds = code.local("i32");
      code.loop(from!, end!, 3, () => code.get(rounds).i32(1).op("i32.add").set(rounds)).get(rounds);
    }).call;
    expect([count(5, 5), count(0, 1), count(0, 9), count(0, 10)]).toEqual([0, 1, 3, 4]);
  });

  it("branch", () => {
    const { call } = run(["i32"], ["i32"], (code, [x]) => {
      const y = code.local("i32");
      code.get(x!).when(
        () => code.i32(10).set(y),
        () => code.i32(20).set(y),
      );
      code.get(y);
    });
    expect([call(1), call(0)]).toEqual([10, 20]);
  });

  it("load, store, shuffle and replace lanes", () => {
    const { call, words } = run([], [], (code) => {
      const x = code.local("v128");
      code.i32Lanes(1, 2, 3, 4).set(x);
      code.i32(0).get(x).i32x4(9).shuffle(3, 4, 0, 2).memory("v128.store", 64);
      code.i32(0).get(x).memoryLane("v128.store32_lane", 2, 80);
      code.i32(64).get(x).memoryLane("v128.load32_lane", 0, 0).set(x);
      code.i32(96).get(x).memory("v128.store");
    });
    call();
    expect([...words.subarray(16, 28)]).toEqual([4, 9, 1, 3, 3, 0, 0, 0, 4, 2, 3, 4]);
  });

  it("call earlier functions and share equal signatures", () => {
    const module = new WasmModule(pages);
    const double = module.define(["f32"], ["f32"], (code, [x]) => code.get(x!).get(x!).op("f32.add"));
    const twice = module.define(["f32"], ["f32"], (code, [x]) => code.get(x!).call(double).call(double));
    module.export("twice", twice);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory },
    });
    expect((exports["twice"] as (x: number) => number)(1.5)).toBe(6);
  });

  it("reuse released locals of the same type only", () => {
    const module = new WasmModule(pages);
    module.define([], [], (code) => {
      const a = code.local("v128");
      const b = code.local("i32");
      code.release(a, b);
      expect(code.local("i32").index).toBe(b.index);
      expect(code.local("v128").index).toBe(a.index);
      expect(code.local("v128").index).not.toBe(a.index);
    });
    expect(WebAssembly.validate(module.encode())).toBe(true);
  });
});
