import { expect, it } from "vitest";
import { normalDrawsContract } from "../testing/index.ts";
import { fitsLanes } from "./lanes/elements.ts";
import { wasm } from "./index.ts";
import { Trace } from "../tensor/index.ts";

it("draws independent standard normals to five standard errors, sixteen along a row", () =>
  normalDrawsContract(wasm, { members: 16, width: 4096, steps: 45 }));

it("draws independent standard normals to five standard errors, one member per lane", async () => {
  const t = new Trace();
  t.output("z", t.normal("noise", [10]));
  expect(fitsLanes(t.program())).toBe(true);
  await normalDrawsContract(wasm, { members: 40_000, width: 10, steps: 6 });
});
