import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { StoreError } from "../../errors/index.ts";
import { scratch } from "./fixtures.ts";
import { kindOf, openSafetensors, writeSafetensors } from "./safetensors.ts";

const { path, remove } = scratch();
afterAll(remove);
mkdirSync(path("."), { recursive: true });
let files = 0;
const fresh = (): string => path(`${files++}.safetensors`);

/** A file with this header and these bytes behind it. */
function raw(header: string, data = new Uint8Array(0), length = header.length): string {
  const file = fresh();
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  bytes.set(data, 8 + header.length);
  writeFileSync(file, bytes);
  return file;
}

const refusal = async (file: string): Promise<string> => {
  try {
    const opened = await openSafetensors(file);
    await opened.close();
    return "opened";
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return (error as StoreError).message.slice(file.length + 2);
  }
};

describe("safetensors files", () => {
  it("have the bytes of the format", async () => {
    const file = fresh();
    const values = new Float32Array([1, -2]);
    await writeSafetensors(file, [{ name: "w", kind: "F32", shape: [2], pieces: () => [values] }], {
      by: "me",
    });
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.subarray(8, 8 + length).toString())).toEqual({
      __metadata__: { by: "me" },
      w: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    });
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, -2]);
    expect(bytes.length).toBe(16 + length);
  });

  it("give back every row, bit for bit, NaN and -0 included", async () => {
    const array = fc.oneof(
      fc.float32Array({ minLength: 6, maxLength: 6 }),
      fc.float64Array({ minLength: 6, maxLength: 6 }),
      fc.int32Array({ minLength: 6, maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), array, { maxKeys: 4, noNullPrototype: true }),
        async (arrays) => {
          fc.pre(!Object.hasOwn(arrays, "__metadata__"));
          const file = fresh();
          await writeSafetensors(
            file,
            Object.entries(arrays).map(([name, values]) => ({
              name,
              kind: kindOf(values),
              shape: [3, 2],
              pieces: () => [values.subarray(0, 2), values.subarray(2)],
            })),
          );
          const opened = await openSafetensors(file);
          for (const [name, values] of Object.entries(arrays)) {
            expect(await opened.read(name, 1, 2)).toStrictEqual(values.slice(2));
            expect(await opened.read(name, 0, 0)).toHaveLength(0);
          }
          await opened.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are refused with a reason where they are damaged or hostile", async () => {
    const entry = (more: object): string =>
      JSON.stringify({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...more } });
    const data = new Uint8Array(8);
    const cases: [string, RegExp][] = [
      [raw("{}", data, 100), /has a header of 100 bytes/],
      [raw("{]"), /has no readable header/],
      [raw("[]"), /has a header that is no object/],
      [raw('{"w": 3}'), /tensor w has no description/],
      [raw(entry({ dtype: "BF16" }), data), /has elements "BF16"; F32, F64 and I32 can be read/],
      [raw(entry({ dtype: "constructor" }), data), /has elements "constructor"/],
      [raw(entry({ shape: [-2] }), data), /has the shape \[-2\]/],
      [raw(entry({ shape: [1e9, 1e9] }), data), /has the shape/],
      [raw(entry({ data_offsets: [0, 4] }), data), /has 4 bytes where its shape needs 8/],
      [raw(entry({ data_offsets: [4, 12] }), data), /has a gap or an overlap at byte 0/],
      [raw(entry({}), new Uint8Array(4)), /has 4 bytes of arrays where its header says 8/],
      [raw(entry({}), new Uint8Array(9)), /has 9 bytes of arrays where its header says 8/],
      [raw('{"__metadata__": {"a": 1}}'), /has metadata that are not text/],
      [path("nowhere"), /cannot be opened/],
    ];
    for (const [file, reason] of cases) expect(await refusal(file)).toMatch(reason);
  });

  it("cut anywhere are damaged, never anything else", async () => {
    const file = fresh();
    const values = new Float64Array([1, 2, 3]);
    await writeSafetensors(file, [{ name: "w", kind: "F64", shape: [3], pieces: () => [values] }]);
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      const cut = fresh();
      writeFileSync(cut, bytes.subarray(0, length));
      expect(await refusal(cut)).toMatch(/the file is damaged or of another kind$/);
    }
  });

  it("say which rows are not there", async () => {
    const file = fresh();
    await writeSafetensors(file, [
      { name: "w", kind: "I32", shape: [1, 2], pieces: () => [new Int32Array([7, 8])] },
    ]);
    const opened = await openSafetensors(file);
    await expect(opened.read("w", 1, 1)).rejects.toThrow("has no rows 1 to 1 of w");
    await expect(opened.read("v", 0, 1)).rejects.toThrow("has no rows 0 to 0 of v");
    await opened.close();
  });
});
