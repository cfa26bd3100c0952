import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ExecutionOptions, planFrom, type RunRequest } from "../../src/engine/index.ts";
import { resumeWith, runPlanWith } from "../../src/engine/run.ts";
import { StoreError } from "../../src/errors/index.ts";
import type { CheckpointId } from "../../src/population/index.ts";
import { openRunReader } from "../../src/store/index.ts";
import { eventsOf, logOf, quick, scratch, scripted, toy } from "./support.ts";

const at = scratch();

async function told(
  name: string,
  options: Partial<ExecutionOptions> = {},
  changes: Partial<RunRequest> = {},
) {
  const { trainer } = scripted();
  const plan = planFrom(toy({ trainer, ...changes }));
  const result = await runPlanWith(plan, trainer, { directory: at(name), slots: 2, ...options }, quick)
    .result;
  const reader = await openRunReader(at(name));
  const kept = reader.checkpoints.list();
  const bytes = reader.checkpoints.bytes();
  reader.close();
  return { result, kept, bytes, plan, trainer };
}

const nameOf = ({ member, generation, step }: CheckpointId): string => `${member}/${generation}/${step}`;

describe("the checkpoints that survive", () => {
  it("are, by default, the states that members go on from, and the best's", async () => {
    const { kept, result } = await told("lineages");
    const events = await eventsOf(at("lineages"));
    const last = events.filter(({ kind, generation }) => kind === "decision" && generation === 5);
    const wanted = new Set(last.map(({ body }) => nameOf(body["checkpoint"] as unknown as CheckpointId)));
    wanted.add(nameOf(result.best!.checkpoint!));
    expect(new Set(kept.map(nameOf))).toEqual(wanted);
  });

  it("are all of them when all are to be kept, and none of the best's when only the last ones are", async () => {
    const all = await told("all", { keep: "all" });
    expect(all.kept.length).toBe(6 * 6);
    // Scores fall from here on, so the best is the first: with `last`, its state goes.
    const falling = scripted();
    const plan = planFrom(
      toy({ trainer: falling.trainer, metric: "Q:min", slow: { interval: 4, control: "random-search" } }),
    );
    const options = { directory: at("last"), slots: 2, keep: "last" } as const;
    const result = await runPlanWith(plan, falling.trainer, options, quick).result;
    expect(result.best).toMatchObject({ generation: 0, checkpoint: null });
    const reader = await openRunReader(at("last"));
    expect(reader.checkpoints.list().length).toBe(6);
    reader.close();
  });

  it("do not change decisions", async () => {
    const log = await logOf(at("lineages"));
    expect(await logOf(at("all"))).toEqual(log);
  });
});

describe("a disk budget", () => {
  it("ends the run with StoreError full before a generation does not fit, and a larger one lets it go on", async () => {
    const { bytes, kept } = await told("measure", { keep: "all" }, { stop: { steps: 4 } });
    const each = bytes / kept.length;
    const { trainer } = scripted();
    const plan = planFrom(toy({ trainer }));
    const tight = { directory: at("tight"), slots: 1, diskBudgetBytes: each * 8 };
    const error: unknown = await runPlanWith(plan, trainer, tight, quick).result.catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ kind: "full" });
    expect((error as Error).message).toContain("disk budget");
    const wide = { trainer, plan, diskBudgetBytes: each * 1000 };
    await resumeWith(at("tight"), wide, quick).result;
    expect(await logOf(at("tight"))).toEqual(await logOf(at("lineages")));
  });

  it("wins over keeping all, with a warning", async () => {
    const { bytes, kept } = await told("measure-all", { keep: "all" }, { stop: { steps: 4 } });
    const { trainer } = scripted();
    const options = {
      directory: at("all-tight"),
      keep: "all" as const,
      diskBudgetBytes: (bytes / kept.length) * 20,
    };
    const handle = runPlanWith(planFrom(toy({ trainer })), trainer, options, quick);
    const warnings: string[] = [];
    for await (const event of handle.events) if (event.type === "warning") warnings.push(event.message);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/disk budget of .*: reached although every checkpoint was to be kept/);
    expect(await logOf(at("all-tight"))).toEqual(await logOf(at("lineages")));
  });
});

describe("a full disk", () => {
  it("ends the run with StoreError full; with more room the run ends as an undisturbed one", async () => {
    const { trainer } = scripted();
    const plan = planFrom(toy({ trainer }));
    let refusals = 0;
    const calmBytes = statSync(join(at("lineages"), "run.db")).size;
    for (const share of [0.75, 0.85, 0.95]) {
      const maxDatabaseBytes = Math.floor(calmBytes * share);
      const directory = at(`full-${maxDatabaseBytes}`);
      const error: unknown = await runPlanWith(
        plan,
        trainer,
        { directory, slots: 2, store: { maxDatabaseBytes } },
        quick,
      ).result.catch((error: unknown) => error);
      if (error instanceof Error) {
        refusals++;
        expect(error).toMatchObject({ name: "StoreError", kind: "full" });
        await resumeWith(directory, { trainer, plan, slots: 2 }, quick).result;
      }
      expect(await logOf(directory)).toEqual(await logOf(at("lineages")));
    }
    expect(refusals).toBe(3);
  });
});
