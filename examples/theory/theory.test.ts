import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "polytempo-theory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("two clocks: agents come to the reduced equation in proportion to ε, and a figure shows it", async () => {
  const script = fileURLToPath(new URL("./two-clocks.mjs", import.meta.url));
  const svg = join(folder, "figure.svg");
  const { stdout } = await promisify(execFile)(process.execPath, [script, svg]);
  const distances = [...stdout.matchAll(/ε = ([\d.]+).*limit ([\d.]+)/g)].map((row) =>
    row.slice(1).map(Number),
  );
  expect(distances.map(([eps]) => eps)).toEqual([0.4, 0.2, 0.1, 0.05]);
  const [far = 0, near = 0] = distances.map(([, distance]) => distance!);
  // First order; the noise of 4000 agents is about 0.01.
  expect(far / near).toBeGreaterThan(1.6);
  expect(far / near).toBeLessThan(2.8);
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg [\s\S]*Agents on two clocks[\s\S]*<\/svg>\n$/);
});
