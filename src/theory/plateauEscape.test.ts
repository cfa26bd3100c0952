import { expect, it } from "vitest";
import { key } from "../random/index.ts";
import { plateauEscape } from "./plateauEscape.ts";

const median = (times: readonly (number | null)[]): number =>
  times.map((t) => t ?? Infinity).toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

it("copying brings the whole population off the plateau soon after its luckiest member, at the same budget", () => {
  const alone = plateauEscape(key(1), { members: 12, copying: false, steps: 4000 });
  const together = plateauEscape(key(1), { members: 12, copying: true, steps: 4000 });
  expect(Math.min(...together.times.map((t) => t ?? Infinity))).toBe(
    Math.min(...alone.times.map((t) => t ?? Infinity)),
  );
  expect(median(together.times)).toBeLessThan(0.7 * median(alone.times));
  for (const value of alone.risk[0]!) expect(value).toBeGreaterThan(0.25);
  for (const row of together.risk) expect(row).toHaveLength(12);
});
