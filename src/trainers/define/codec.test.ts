import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeState, encodeState } from "./codec.ts";

const roundTrip = (value: unknown): unknown => decodeState(encodeState(value));

const typed = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
);

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, false, Number.NaN, Infinity, -Infinity, -0, 0, 5e-324),
    fc.double(),
    fc.string(),
    fc.bigInt(),
    fc.date(),
    typed,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(fc.string(), { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).value;

describe("the state codec", () => {
  it("gives back every plain value, bit for bit", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(roundTrip(value)).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same bytes for the state that it gave back", () => {
    fc.assert(
      fc.property(plain, (value) => {
        const bytes = encodeState(value);
        expect(Buffer.from(encodeState(decodeState(bytes))).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps NaN payload-free numbers in typed arrays as their bytes", () => {
    const array = new Float64Array([Number.NaN, -0, 1 / 3, Number.MIN_VALUE]);
    const back = roundTrip({ array }) as { array: Float64Array };
    expect(new Uint8Array(back.array.buffer)).toEqual(new Uint8Array(array.buffer));
  });

  it("saves a view of a larger buffer as what it shows, and decodes from a slice of a larger buffer", () => {
    const all = new Float32Array([1, 2, 3, 4, 5]);
    const bytes = encodeState(all.subarray(1, 3));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const back = decodeState(Buffer.from(shifted.buffer, 3)) as Float32Array;
    expect([...back]).toEqual([2, 3]);
    expect(back.buffer.byteLength).toBe(8);
  });

  it("keeps shared things shared and cycles closed", () => {
    const weights = new Float64Array([1, 2]);
    const state: { tied: Float64Array[]; self?: unknown } = { tied: [weights, weights] };
    state.self = state;
    const back = roundTrip(state) as typeof state;
    expect(back.tied[0]).toBe(back.tied[1]);
    expect(back.self).toBe(back);
  });

  it("takes a name such as __proto__ as nothing but a name", () => {
    const state = JSON.parse('{"__proto__": {"polluted": 1}}') as object;
    const back = roundTrip(state) as object;
    expect(Object.keys(back)).toEqual(["__proto__"]);
    expect("polluted" in back).toBe(false);
  });

  it("refuses what is no plain data, naming every place", () => {
    class Layer {}
    expect(() => encodeState({ a: [() => 1], b: new Layer(), c: Symbol("s"), d: Promise.resolve() })).toThrow(
      /state\.a\[0\]: a function.*\nstate\.b: an instance of Layer.*\nstate\.c: a symbol.*\nstate\.d: an instance of Promise/,
    );
  });

  it("refuses damaged bytes with a message and never with another error", () => {
    const bytes = encodeState({ a: new Float64Array(4), text: "abc" });
    expect(() => decodeState(bytes.subarray(0, bytes.length - 8))).toThrow("ends too early");
    expect(() => decodeState(new Uint8Array(0))).toThrow("does not begin with PTSTATE1");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeState(bytes.subarray(0, length))).toThrow(/^state: .*damaged/);
      }),
    );
  });
});
