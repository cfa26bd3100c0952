import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical.ts";

describe("canonical JSON", () => {
  it("sorts names by code units, keeps array order and writes the shortest numbers", () => {
    const value = { b: [3, 1e21, 0.1, -0, 1e-7], a: { é: null, z: "\u2028\n" }, B: true };
    expect(canonicalJson(value)).toBe('{"B":true,"a":{"z":"\u2028\\n","é":null},"b":[3,1e+21,0.1,0,1e-7]}');
  });

  it("does not depend on the order in which names were set, and reads back as the same value", () => {
    const json = fc.jsonValue({ depthSize: "small" });
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("leaves out names without a value, as JSON does", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it("refuses what is not plain JSON and says where it is", () => {
    const bad: [unknown, string][] = [
      [{ a: [1, Number.NaN] }, "value.a[1]: a finite number is needed, got NaN"],
      [{ a: { b: -Infinity } }, "value.a.b: a finite number is needed, got -Infinity"],
      [[undefined], "value[0]: undefined is not JSON"],
      [{ when: new Date(0) }, "value.when: Date is not plain JSON"],
      [{ w: new Float32Array(2) }, "value.w: Float32Array is not plain JSON"],
      [1n, "value: bigint is not JSON"],
    ];
    for (const [value, message] of bad) expect(() => canonicalJson(value)).toThrow(message);
  });
});

/** The same value with the names of every object set in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(value).toReversed())
    copy[name] = reversed((value as Record<string, unknown>)[name]);
  return copy;
}
