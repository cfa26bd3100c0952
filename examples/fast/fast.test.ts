import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type RunRequest, run, verify } from "polytempo";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "polytempo-fast-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const optionsOf = async (name: string): Promise<RunRequest> =>
  ((await import(new URL(`${name}.mjs`, import.meta.url).href)) as { readonly default: RunRequest }).default;

/** A small version of an example's run. */
async function small(name: string, changes: Partial<RunRequest>, directory = name): Promise<number> {
  const place = join(folder, directory);
  const { best } = await run({ ...(await optionsOf(name)), ...changes }, { directory: place }).result;
  expect((await verify(place)).ok).toBe(true);
  return best!.value;
}

describe("examples of the fast path", () => {
  it("digits: learns in a few steps, and twice the same", async () => {
    const few = { members: 4, slow: { interval: 25 }, stop: { steps: 50 } };
    const loss = await small("../digits/digits", few, "digits");
    expect(loss).toBeLessThan(1.2);
    expect(await small("../digits/digits", few, "digits again")).toBe(loss);
  });

  it("own model: predicts better than a constant could, whose loss is about 0.2", async () => {
    expect(
      await small("own-model", { members: 16, slow: { interval: 50 }, stop: { steps: 500 } }),
    ).toBeLessThan(-0.6);
  });

  it("sequence: remembers the symbol, where guessing gives log 4", async () => {
    expect(
      await small("sequence", { members: 12, slow: { interval: 50 }, stop: { steps: 150 } }),
    ).toBeLessThan(0.7 * Math.log(4));
  });

  it("cartpole: agents act, learn and are copied", async () => {
    expect(
      await small("cartpole", { members: 6, slow: { interval: 80 }, stop: { steps: 160 } }),
    ).toBeGreaterThan(10);
  });

  it("agents: every temperature's mean is near its integral", async () => {
    const script = fileURLToPath(new URL("./agents.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const rows = stdout
      .split("\n")
      .slice(1, 5)
      .map((line) => line.trim().split(/\s+/).map(Number));
    expect(rows.map(([temperature]) => temperature)).toEqual([0.1, 0.25, 0.5, 1]);
    // Leimkuhler–Matthews at this step is biased by less than 0.5 %.
    for (const [, measured, exact] of rows) expect(Math.abs(measured! / exact! - 1)).toBeLessThan(0.01);
  });
});
