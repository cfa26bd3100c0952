import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, type Columns, decodeColumns, encodeColumns } from "./columns.ts";

/** Bytes with a header of anyone's making. */
function forged(header: unknown, data = 64): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const start = Math.ceil((8 + text.length) / 8) * 8;
  const bytes = new Uint8Array(start + data);
  bytes.set([0x50, 0x54, 0x43, 0x31]);
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

const array = (more: object) => ({
  meta: {},
  arrays: [{ name: "x", type: "f32", shape: [2], offset: 0, ...more }],
});

describe("columns", () => {
  it("come back as they were, with any name, from any place in memory", () => {
    const values = fc.oneof(
      fc.float32Array({ maxLength: 9 }),
      fc.float64Array({ maxLength: 9 }),
      fc.int32Array({ maxLength: 9 }),
      fc.uint32Array({ maxLength: 9 }),
      fc.uint16Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
    );
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom("__proto__", "constructor", "toString", "损失", "a\nb"),
    );
    fc.assert(
      fc.property(fc.dictionary(name, values), fc.jsonValue(), fc.nat({ max: 9 }), (named, meta, shift) => {
        const arrays = Object.fromEntries(Object.entries(named).map(([key, one]) => [key, column(one)]));
        const bytes = encodeColumns({ meta, arrays });
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        const read = decodeColumns(moved.subarray(shift));
        expect(Object.entries(read.arrays)).toEqual(Object.entries(arrays));
        expect(JSON.stringify(read.meta)).toBe(JSON.stringify(meta));
      }),
    );
  });

  it.each<[string, Uint8Array, string]>([
    ["a shape of 10¹⁸ values", forged(array({ shape: [1e9, 1e9] })), "needs a shape of whole numbers"],
    [
      "a shape that is too large for the bytes",
      forged(array({ shape: [1e9] })),
      "is cut off: needs 1000000000 f32",
    ],
    ["a negative shape", forged(array({ shape: [-2] })), "needs a shape of whole numbers"],
    ["two negative sizes", forged(array({ shape: [-2, -2] })), "needs a shape of whole numbers"],
    ["a shape of text", forged(array({ shape: "2" })), "needs a shape of whole numbers"],
    ["a shape without end", forged(array({ shape: [1e308, 1e308] })), "needs a shape of whole numbers"],
    ["an offset before the data", forged(array({ offset: -8 })), "needs an offset that is a multiple of 8"],
    ["an offset between numbers", forged(array({ offset: 4 })), "needs an offset that is a multiple of 8"],
    ["an offset behind the data", forged(array({ offset: 8000 })), "is cut off"],
    [
      "a type that is a method of objects",
      forged(array({ type: "constructor" })),
      "needs a type of f64, f32",
    ],
    ["no name", forged(array({ name: { x: 1 } })), "needs a name"],
    ["an array that is nothing", forged({ meta: {}, arrays: [null] }), "needs a name"],
    ["no list of arrays", forged({ meta: {} }), "lists no arrays"],
    ["nothing as header", forged("null"), "lists no arrays"],
    ["a header that is no JSON", forged("{"), "the header is not JSON"],
    ["a header that is no UTF-8", forged("\u0000").fill(0xff, 8), "the header is not JSON"],
    ["a header longer than the bytes", forged("{}").fill(0xff, 4, 8), "cut off within the header"],
    ["nothing at all", new Uint8Array(0), "do not begin with PTC1"],
  ])("refuse %s", (_, bytes, why) => {
    expect(() => decodeColumns(bytes)).toThrow(why);
  });

  it("give a name no meaning: nothing reaches the prototype of objects", () => {
    const read = decodeColumns(forged(array({ name: "__proto__" }))) as Columns;
    expect(Object.keys(read.arrays)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(read.arrays)).toBe(Object.prototype);
    expect((read.arrays as { values?: unknown }).values).toBeUndefined();
  });
});
