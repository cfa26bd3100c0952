import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { polytempo, scratch } from "./polytempo.ts";

const { folder, remove } = scratch("lab");
afterAll(remove);

describe("polytempo lab", () => {
  it("lists every figure, one JSON line each", () => {
    const { code, out } = polytempo(["lab", "list", "--json"], { cwd: folder });
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; figure: string });
    const figures = lines.map(({ figure }) => figure);
    for (const id of ["F1", "F9", "F16", "F21", "F23"]) expect(figures).toContain(id);
    expect(lines[0]!.name).toBe("two-clocks");
  });

  it("runs one, with its checks, its drawing and its numbers as numbers", () => {
    const args = ["lab", "run", "eps-order", "--svg", "e.svg", "--csv", "e.csv"];
    const { code, out } = polytempo(args, { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain("14 of 14 checks pass");
    expect(readFileSync(join(folder, "e.svg"), "utf8")).toMatch(/^<svg /);
    const [header, first] = readFileSync(join(folder, "e.csv"), "utf8").split("\n");
    expect(header).toBe("eps,mean_error,variance_error");
    expect(first).toMatch(/^0\.2,-0\.0540\d+,0\.0097\d+$/);
  });

  it("says what is wrong: unknown figures, unknown parameters and values out of range", () => {
    const unknown = polytempo(["lab", "run", "eps-ordr"], { cwd: folder });
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toContain("Did you mean eps-order?");
    const wrong = polytempo(["lab", "run", "chaos", "--set", "eps=9", "--set", "foo=1"], { cwd: folder });
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("chaos.foo: no such parameter");
    expect(wrong.err).toContain("chaos.eps: needs a number from 0.02 to 0.5, got 9");
    expect(existsSync(join(folder, "lab"))).toBe(false);
  });
});
