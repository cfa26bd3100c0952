import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { pbtToy, type ToyVariant } from "./pbtToy.ts";

const finals = (variant: ToyVariant, steps: number): number[] =>
  Array.from({ length: 50 }, (_, seed) => pbtToy(key(seed), { variant, steps }).at(-1)!.best);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("the PBT paper's toy", () => {
  it("PBT reaches 1.1999 in 200 steps over 50 seeds; grid and frozen stay at 0.39", () => {
    expect(mean(finals("pbt", 200))).toBeGreaterThan(1.1999);
    // Reference 1.19954: deterministic, since who copies whom does not matter to the weights then.
    expect(mean(finals("exploit-only", 200))).toBeCloseTo(1.1995389355660633, 3);
    for (const variant of ["grid", "frozen"] as const)
      expect(mean(finals(variant, 200))).toBeCloseTo(0.39, 3);
  });

  it("PBT is above exploit-only after 100 steps, by paired seeds", () => {
    const pbt = finals("pbt", 100);
    const exploit = finals("exploit-only", 100);
    const differences = pbt.map((value, i) => value - exploit[i]!);
    const average = mean(differences);
    const error = Math.sqrt(mean(differences.map((d) => (d - average) ** 2)) / 49);
    expect(average).toBeGreaterThan(0);
    expect(average / error).toBeGreaterThan(2);
  });
});
