import { describe, expect, it } from "vitest";
import { executorContract } from "../testing/index.ts";
import { relaxedSimd, wasm } from "./index.ts";

describe.each([1, 2])("the wasm executor with %i workers", (workers) => {
  it.each(executorContract(wasm, { workers, programs: workers === 1 ? 30 : 10 }))(
    "agrees with the reference: $name",
    ({ check }) => check(),
  );
});

describe.runIf(relaxedSimd())("the wasm executor with fused multiply-add", () => {
  it.each(executorContract(wasm, { workers: 1, relaxed: true, programs: 8 }))(
    "agrees with the reference: $name",
    ({ check }) => check(),
  );
});

it("has fused multiply-add on this platform's Node", () => {
  expect(relaxedSimd()).toBe(true);
});
