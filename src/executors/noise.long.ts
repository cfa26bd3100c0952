import { it } from "vitest";
import { normalDrawsContract } from "../testing/index.ts";
import { wasm } from "./index.ts";

it("draws 10⁸ independent standard normals to five standard errors", () =>
  normalDrawsContract(wasm, { members: 64, width: 15_625, steps: 100 }));

it("draws 10⁸ of them with one member per lane", () =>
  normalDrawsContract(wasm, { members: 250_000, width: 10, steps: 40 }));
