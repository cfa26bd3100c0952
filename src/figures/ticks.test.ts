import { expect, it } from "vitest";
import { decadesOf, groupedNumber, logTick, plainNumber } from "./ticks.ts";

it("labels log axes by plain numbers, thinner where more decades are shown", () => {
  expect([0.05, 20, 1e-5].map((v) => logTick(v))).toEqual(["0.05", "20", "1e-5"]);
  expect(logTick(0.03)).toBe("");
  expect(logTick(0.03, 1)).toBe("0.03");
  expect(logTick(200, 5)).toBe("");
  expect(logTick(1000, 5)).toBe("1000");
});

it("writes numbers by significant digits", () => {
  expect([0, 1e-6, 0.0021, 1500, 2.5e7, -0.5].map(plainNumber)).toEqual([
    "0",
    "1e-6",
    "0.0021",
    "1500",
    "2.5e7",
    "-0.5",
  ]);
  expect(decadesOf([0, 1, 1000])).toBe(3);
});

it("sets thousands of long whole numbers apart, as everywhere on the page", () => {
  expect([0, 1500, 20_000, -123_456, 0.5, 2.5e7].map(groupedNumber)).toEqual([
    "0",
    "1500",
    "20\u202f000",
    "-123\u202f456",
    "0.5",
    "2.5e7",
  ]);
});
