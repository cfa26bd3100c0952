import { describe, expect, it } from "vitest";
import type { MemberRow } from "../../server/index.ts";
import { parseFilter } from "./filter.ts";

const row = (changes: Partial<MemberRow>): MemberRow => ({
  member: 0,
  name: "m00",
  founder: 0,
  generation: 3,
  step: 300,
  value: 0.5,
  change: null,
  rank: 1,
  hyperparameters: { lr: 2e-3, optimizer: "adam", nesterov: true },
  next: null,
  status: "ok",
  cause: null,
  donor: null,
  children: 0,
  spark: [],
  ...changes,
});
const known = ["lr", "optimizer", "nesterov", "loss", "value", "status"];
const accepts = (text: string, changes: Partial<MemberRow> = {}): boolean =>
  parseFilter(text, known).accepts(row(changes), "loss");

describe("parseFilter", () => {
  it("compares numbers as numbers and words as words, all conditions together", () => {
    expect(accepts("lr > 1e-3")).toBe(true);
    expect(accepts("lr > 1e-3 and status = failed")).toBe(false);
    expect(accepts("lr > 1e-3 AND status = failed", { status: "failed" })).toBe(true);
    expect(accepts("loss <= 0.5")).toBe(true);
    expect(accepts('optimizer != "adam"')).toBe(false);
    expect(accepts("nesterov = true")).toBe(true);
  });

  it("lets no comparison hold for a value that is missing, but for unequal", () => {
    expect(accepts("value < 1", { value: null })).toBe(false);
    expect(accepts("value >= 0", { value: null })).toBe(false);
    expect(accepts("value != 1", { value: null })).toBe(true);
  });

  it("searches bare words in names and causes, and accepts all when empty", () => {
    expect(accepts("M0")).toBe(true);
    expect(accepts("nan", { status: "failed", cause: "nan" })).toBe(true);
    expect(accepts("nan")).toBe(false);
    expect(accepts("  ")).toBe(true);
  });

  it("says which column does not exist", () => {
    expect(parseFilter("rate > 1", known).problem).toBe(
      "rate: no such column. There are lr, optimizer, nesterov, loss, value, status.",
    );
    expect(parseFilter("lr > 1", known).problem).toBeNull();
  });
});

it("knows founders by their names, as the table shows them", () => {
  expect(parseFilter("founder = m03", ["founder"]).accepts(row({ founder: 3 }), "loss")).toBe(true);
  expect(parseFilter("founder = m03", ["founder"]).accepts(row({ founder: 30 }), "loss")).toBe(false);
});
