import { describe, expect, it, vi } from "vitest";
import { key } from "../random/index.ts";
import { type SessionOptions, softmaxCrossEntropy, Trace } from "../tensor/index.ts";
import { requireSimd, wasm } from "./index.ts";

/** Logistic regression, forward only. */
function program() {
  const t = new Trace();
  const w = t.parameter("w", [4, 3]);
  const x = t.data("x", [10, 4]);
  const y = t.data("y", [10], "int32");
  t.metric("loss", softmaxCrossEntropy(x.matmul(w), y).mean());
  return t.program();
}

const open = (options: Partial<SessionOptions> = {}) =>
  wasm.compile({ p: program() }, { members: 2, key: key(1), workers: 1, ...options });

describe("the wasm executor refuses", () => {
  it.each([
    [{ members: 0 }, "members: needs an integer >= 1, got 0"],
    [{ members: 1.5 }, "members: needs an integer >= 1, got 1.5"],
    [{ memberIds: [1] }, "memberIds: needs one id for each of 2 members, got 1"],
    [{ memberIds: [1, -3] }, "memberIds: needs integers from 0 to 2^32-1, got -3"],
    [{ workers: 0 }, "workers: needs an integer >= 1, got 0"],
    [{ members: 0, workers: 0.5 }, "workers: needs an integer >= 1, got 0.5"],
    [{ memoryLimit: 1000 }, "the limit is 1000. Use fewer members, smaller models or smaller batches"],
    [{ members: 100_000_000 }, /members: 100000000 members need \d+ bytes \(100000000 members of 0.0 MiB/],
  ])("options %o", async (options, message) => {
    await expect(open(options)).rejects.toThrow(message);
  });

  it("data with NaN, labels out of range, wrong lengths and unknown names, naming the place", async () => {
    const session = await open();
    const x = new Float32Array(40);
    x[17] = Number.NaN;
    expect(() => session.write("x", "all", x)).toThrow(
      "slot x: needs finite numbers, got NaN at row 4, element 1",
    );
    const y = new Int32Array(10);
    y[6] = 3;
    expect(() => session.write("y", "all", y)).toThrow("slot y: needs integers from 0 to 2, got 3 at row 6");
    expect(() => session.write("w", 0, [1, 2])).toThrow("slot w: needs 12 numbers");
    expect(() => session.write("w", 2, new Float32Array(12))).toThrow("member needs to be 0 to 1, got 2");
    expect(() => session.read("v", 0)).toThrow("slot v: no program of this session uses it");
    expect(() => session.copyMember(0, 5)).toThrow("0 to 1, got 5");
    expect(() => session.metrics("p")).toThrow("program p: has not run yet");
    await expect(session.step("q", 1, 0)).rejects.toThrow("program q: this session has no such program");
    await expect(session.step("p", 1, 0)).rejects.toThrow("slot x: has not been written");
    await session.close();
    expect(() => session.read("w", 0)).toThrow("session: read after close");
  });

  it("to be read while a call runs", async () => {
    const session = await open({ workers: 2 });
    session.write("x", "all", new Float32Array(40));
    session.write("y", "all", new Int32Array(10));
    const running = session.step("p", 50, 0);
    expect(() => session.read("w", 0)).toThrow("session: read while a call runs. Await step() first.");
    await running;
    expect(session.metrics("p")["loss"]!.last[0]).toBeCloseTo(Math.log(3), 5);
    await session.close();
  });

  it("platforms without SIMD, saying what to use", () => {
    const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    try {
      expect(() => requireSimd()).toThrow("needs WebAssembly with 128-bit SIMD");
    } finally {
      validate.mockRestore();
    }
  });
});

describe("the wasm executor", () => {
  it("passes a NaN loss on to its member alone", async () => {
    const session = await open();
    session.write("x", "all", new Float32Array(40).fill(1));
    session.write("y", "all", new Int32Array(10));
    session.write("w", 1, new Float32Array(12).fill(Number.NaN));
    await session.step("p", 1, 0);
    const [first, second] = session.metrics("p")["loss"]!.last;
    expect(first).toBeCloseTo(Math.log(3), 5);
    expect(second).toBeNaN();
    await session.close();
  });

  it("takes memory of parameters and one batch of activations, not one per member", async () => {
    const bytes = async (members: number): Promise<number> => {
      const session = await open({ members });
      await session.close();
      return session.bytes;
    };
    const perMember = (await bytes(1012)) - (await bytes(12));
    // 12 parameters of 4 bytes, a metric, and padding to 64 bytes.
    expect(perMember / 1000).toBeLessThanOrEqual(2 * 64 + 16);
  });

  it("agrees with itself in one thread where memory cannot be shared", async () => {
    const shared = globalThis.SharedArrayBuffer;
    vi.stubGlobal("SharedArrayBuffer", undefined);
    try {
      const session = await open({ workers: 2 });
      session.write("x", "all", new Float32Array(40).fill(0.5));
      session.write("y", "all", new Int32Array(10));
      await session.step("p", 3, 0);
      expect(session.metrics("p")["loss"]!.mean[1]).toBeCloseTo(Math.log(3), 5);
      await session.close();
    } finally {
      vi.stubGlobal("SharedArrayBuffer", shared);
      vi.unstubAllGlobals();
    }
  });
});
