import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type FaultPoint, faultPoints } from "../../src/engine/faults.ts";
import { verify } from "../../src/engine/index.ts";
import type { ControllerOrder } from "./controller.ts";
import { begun, bundleController, decisionLines, perform, pooled } from "./harness.ts";

/** Hundreds of processes: on a busy machine this takes minutes. */
vi.setConfig({ testTimeout: 300_000 });

const root = mkdtempSync(join(tmpdir(), "polytempo-boundaries-"));
let bundle: Awaited<ReturnType<typeof bundleController>>;
beforeAll(async () => {
  bundle = await bundleController();
});
afterAll(() => {
  bundle.remove();
  rmSync(root, { recursive: true, force: true });
});

const base = { slots: 2, members: 4, stop: { steps: 12 }, controls: true } as const;

/** Points that a run comes to once, or that only a resume comes to. */
const once: readonly FaultPoint[] = [
  "run-created",
  "finalists-begun",
  "finalists-decided",
  "end-committed",
  "sessions-closed",
  "store-closed",
  "orphans-killed",
];

const order = (directory: string, trainer: ControllerOrder["trainer"]): ControllerOrder => ({
  ...base,
  directory,
  trainer,
  action: "run",
});

describe.each(["typescript", "batch", "vectorised"] as const)(
  "a %s run killed at a named boundary and resumed",
  (trainer) => {
    it("ends with the decision log of an undisturbed run, at every boundary", async () => {
      const calm = join(root, `${trainer}-calm`);
      expect((await perform(bundle.file, order(calm, trainer))).output).toBe("ended steps\n");
      const expected = await decisionLines(calm);
      expect(expected.filter((line) => line.includes('"kind":"finalist"')).length).toBeGreaterThan(2);
      const cases = faultPoints.flatMap((point) =>
        (once.includes(point) ? [1] : point === "control-taken" ? [1, 2] : [1, 3]).map((count) => ({
          point,
          count,
        })),
      );
      const outcomes = await pooled(
        cases.map(({ point, count }) => async () => {
          const directory = join(root, `${trainer}-${point}-${count}`);
          const first = order(directory, trainer);
          // `orphans-killed` is a boundary of resume: the run before it is killed in its second generation.
          const killed = await perform(bundle.file, {
            ...first,
            killAt:
              point === "orphans-killed" ? { point: "decisions-committed", count: 2 } : { point, count },
          });
          const action = (await begun(directory)) ? "resume" : "run";
          if (point === "orphans-killed") {
            await perform(bundle.file, { ...first, action, killAt: { point, count: 1 } });
          }
          const ended = await perform(bundle.file, { ...first, action });
          return {
            at: `${point} ${count}`,
            signal: killed.signal,
            output: ended.output,
            sameLog: (await decisionLines(directory)).join("\n") === expected.join("\n"),
            verified: (await verify(directory)).ok,
          };
        }),
        3,
      );
      expect(outcomes).toEqual(
        cases.map(({ point, count }) => ({
          at: `${point} ${count}`,
          signal: "SIGKILL",
          output: "ended steps\n",
          sameLog: true,
          verified: true,
        })),
      );
    });
  },
);

describe("a run that its wall-clock limit ended", () => {
  it("has ended for good once its end is written, although the process died right then", async () => {
    // When the limit is over at the very end of a generation, that generation writes the end: then a longer one.
    const attempt = async (seconds: number): Promise<ControllerOrder> => {
      const directory = join(root, `limit-${seconds}`);
      const limited: ControllerOrder = { ...order(directory, "typescript"), stop: { seconds } };
      const killed = await perform(bundle.file, { ...limited, killAt: { point: "end-committed", count: 1 } });
      if (killed.signal === "SIGKILL") return limited;
      expect(killed.output).toBe("ended seconds\n");
      return attempt(2 * seconds);
    };
    const limited = await attempt(0.4);
    const { directory } = limited;
    const lines = await decisionLines(directory);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: "end", body: { reason: "seconds" } });
    expect((await perform(bundle.file, { ...limited, action: "resume" })).output).toBe("ended seconds\n");
    expect(await decisionLines(directory)).toEqual(lines);
    expect(await verify(directory)).toMatchObject({ ok: true, ended: "seconds" });
  });
});

describe("a request that changes decisions", () => {
  it("takes effect exactly once, whatever the process dies of around its boundary", async () => {
    const retiring = (name: string): ControllerOrder => ({
      ...order(join(root, name), "typescript"),
      controls: false,
      retire: 1,
    });
    const calm = retiring("retire-calm");
    expect((await perform(bundle.file, calm)).output).toBe("ended steps\n");
    const expected = await decisionLines(calm.directory);
    const own = (kind: string): number =>
      expected.filter((line) => line.includes(`"kind":"${kind}","member":1,`)).length;
    expect([own("intervention"), own("evaluation")]).toEqual([1, 1]);
    const points = [
      "control-taken",
      "segment-stored",
      "generation-decided",
      "decisions-appended",
      "decisions-committed",
      "checkpoints-collected",
    ] as const;
    const logs = await pooled(
      points.map((point) => async () => {
        const first = retiring(`retire-${point}`);
        const killed = await perform(bundle.file, { ...first, killAt: { point, count: 1 } });
        const ended = await perform(bundle.file, { ...first, action: "resume" });
        return [point, killed.signal, ended.output, await decisionLines(first.directory)];
      }),
      3,
    );
    expect(logs).toEqual(points.map((point) => [point, "SIGKILL", "ended steps\n", expected]));
  });
});
