import { expect, it } from "vitest";
import { withoutTerms } from "./withoutTerms.ts";

it("tells an asynchronous run from values without an order and from a fixed one", () => {
  const of = (mode: "synchronous" | "asynchronous", topology: "continuous" | "unordered" | "fixed") =>
    withoutTerms("l2", { mode, hyperparameters: [{ name: "l2", topology }] });
  expect(of("asynchronous", "continuous")).toMatch(/^Members of an asynchronous run are chosen one by one/);
  expect(of("asynchronous", "unordered")).toMatch(/^l2: its values have no order/);
  expect(of("synchronous", "fixed")).toMatch(/^l2 is fixed/);
  expect(of("synchronous", "continuous")).toMatch(/^l2: no slow step has been recorded/);
});
