import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { disturbed } from "./disturbed.ts";
import { bundleController, decisionLines, perform, pooled } from "./harness.ts";

/** Hundreds of processes: on a busy machine this takes minutes. */
vi.setConfig({ testTimeout: 300_000 });

const root = mkdtempSync(join(tmpdir(), "polytempo-moments-"));
const script = join(dirname(fileURLToPath(import.meta.url)), "toy.sh");
let bundle: Awaited<ReturnType<typeof bundleController>>;
beforeAll(async () => {
  bundle = await bundleController();
});
afterAll(() => {
  bundle.remove();
  rmSync(root, { recursive: true, force: true });
});

describe("a run killed at random moments and resumed each time", () => {
  it("ends with the decision log of an undisturbed run (at least 100 kills, TypeScript trainer)", async () => {
    const order = {
      trainer: "typescript",
      action: "run",
      slots: 2,
      members: 6,
      stop: { steps: 120 },
    } as const;
    const calm = join(root, "calm");
    await perform(bundle.file, { ...order, directory: calm });
    const expected = await decisionLines(calm);
    const stories = await pooled(
      Array.from(
        { length: 12 },
        (_, i) => () =>
          disturbed(bundle.file, { ...order, directory: join(root, `typescript-${i}-end`) }, i, 9),
      ),
      3,
    );
    for (const story of stories) {
      expect(story.lines).toEqual(expected);
      expect(story).toMatchObject({ verified: true, left: [] });
    }
    expect(stories.reduce((sum, story) => sum + story.kills, 0)).toBeGreaterThanOrEqual(100);
  });

  it("does so when the controller, its trainers or all are killed, and leaves no process (shell trainer)", async () => {
    const order = {
      trainer: "command",
      action: "run",
      slots: 2,
      members: 4,
      stop: { steps: 24 },
      script,
    } as const;
    const calm = join(root, "calm-command");
    await perform(bundle.file, { ...order, directory: calm });
    const expected = await decisionLines(calm);
    const stories = await pooled(
      Array.from(
        { length: 6 },
        (_, i) => () =>
          disturbed(bundle.file, { ...order, directory: join(root, `command-${i}-end`) }, 100 + i, 4),
      ),
      3,
    );
    for (const story of stories) {
      expect(story.lines).toEqual(expected);
      expect(story).toMatchObject({ verified: true, left: [] });
    }
    expect(stories.reduce((sum, story) => sum + story.kills, 0)).toBeGreaterThanOrEqual(15);
  });

  it("loses and doubles nothing of an asynchronous run", async () => {
    const order = {
      trainer: "typescript",
      action: "run",
      mode: "asynchronous",
      slots: 2,
      members: 5,
      stop: { steps: 60 },
    } as const;
    const stories = await pooled(
      Array.from(
        { length: 4 },
        (_, i) => () =>
          disturbed(bundle.file, { ...order, directory: join(root, `async-${i}-end`) }, 200 + i, 6),
      ),
      3,
    );
    for (const { lines, verified } of stories) {
      expect(verified).toBe(true);
      const evaluations = lines
        .map((line) => JSON.parse(line) as { kind: string; member: number; generation: number })
        .filter(({ kind }) => kind === "evaluation")
        .map(({ member, generation }) => `${member}/${generation}`);
      expect(new Set(evaluations).size).toBe(evaluations.length);
      for (let member = 0; member < order.members; member++) {
        const own = evaluations.filter((name) => name.startsWith(`${member}/`));
        expect(own).toEqual(own.map((_, generation) => `${member}/${generation}`));
      }
    }
  });
});
