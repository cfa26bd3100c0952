import { expect, it } from "vitest";
import { count, duration, number, percent, plural, readable, value } from "./format.ts";

it("writes numbers by significant digits, without trailing noise", () => {
  expect([0.0021, 0.1, 1500, 15000, 1234567, 0, -0.5, 0.30000000000000004].map((v) => number(v))).toEqual([
    "2.1e-3",
    "0.1",
    "1500",
    "15\u202f000",
    "1.23e6",
    "0",
    "−0.5",
    "0.3",
  ]);
  expect([Number.NaN, null, undefined, Infinity].map((v) => number(v))).toEqual(["–", "–", "–", "∞"]);
});

it("writes times, shares and counts for people", () => {
  expect([0, 59_400, 252_000, 3_660_000, 90_000_000].map((ms) => duration(ms))).toEqual([
    "0s",
    "59s",
    "4m 12s",
    "1h 1m",
    "1d 1h",
  ]);
  expect([percent(-0.042), percent(1e-9), percent(null)]).toEqual(["−4.2 %", "0 %", "–"]);
  expect([plural(1, "copy", "copies"), plural(3, "copy", "copies"), count(1234567)]).toEqual([
    "1 copy",
    "3 copies",
    "1\u202f234\u202f567",
  ]);
  expect([value(true), value("adam"), value(null), value({ a: 1 })]).toEqual([
    "true",
    "adam",
    "–",
    '{"a":1}',
  ]);
});

it("cuts long decimals within a sentence, and leaves names and short numbers", () => {
  expect(readable("m01, selected with 0.14096801231304804 (place 5).")).toBe(
    "m01, selected with 0.14097 (place 5).",
  );
  expect(readable("lr 1.2345678901e-5 of 0.25, v1.2.3")).toBe("lr 1.2346e-5 of 0.25, v1.2.3");
});
