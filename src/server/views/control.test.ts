import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { planFrom, runEvent } from "../../engine/index.ts";
import { logUniform, searchSpace } from "../../space/index.ts";
import { createRunStore, type DecisionEvent } from "../../store/index.ts";
import { runsFolder, testApp } from "../fixtures/app.ts";
import { syntheticRun } from "../fixtures/synthetic.ts";
import { valuesOf } from "../fixtures/viewedRuns.ts";
import type { GenerationsMeta, RunManifest } from "../types.ts";
import { controlOf } from "./control.ts";

const folder = runsFolder();
const { json, columns } = testApp([folder]);

const event = (
  kind: DecisionEvent["kind"],
  generation: number,
  member: number | null,
  body: object,
): DecisionEvent => ({ kind, generation, member, body: body as DecisionEvent["body"] });

describe("a control", () => {
  beforeAll(async () => {
    await syntheticRun(join(folder, "random"), {
      members: 6,
      generations: 5,
      slow: { control: "random-search" },
    });
  });

  it("is known by its rules", () => {
    expect(controlOf({ control: "none", selection: { kind: "truncation" } })).toBeNull();
    expect(controlOf({ control: "none", selection: { kind: "none" } })!.kind).toBe("random-search");
    expect(controlOf({ control: "frozen", selection: { kind: "truncation" } })).toMatchObject({
      kind: "frozen",
      panel: null,
    });
  });

  it("is told in the manifest, and nothing is said to be selected", async () => {
    const { control, answers } = await json<RunManifest>("/api/runs/random");
    expect(control!.title).toBe("random-search control: nothing is copied");
    expect(answers.selection).toMatch(/There is no selection in this control: nothing is copied\.$/);
    expect(answers.selection).not.toContain("selection sees luck");
  });

  it("has no differential and no selection but zero, whatever rounding left", async () => {
    const found = await columns<GenerationsMeta>("/api/runs/random/generations");
    for (const name of ["differential", "selection", "change"]) {
      for (const value of valuesOf(found, name)) expect(Number.isNaN(value) || value === 0).toBe(true);
    }
    expect(valuesOf(found, "selection")).toContain(0);
  });
});

describe("an asynchronous run", () => {
  /** Two generations of three members; in each the third copies the first, in a slow step of its own. */
  it("counts all copies of a generation, and the best in its member's own generation", async () => {
    const space = searchSpace({ l2: logUniform(1e-5, 1e-1) });
    const plan = planFrom({
      space,
      members: 3,
      seed: 1,
      metric: "loss:min",
      mode: "asynchronous",
      slow: { interval: 10 },
      stop: { generations: 3 },
    });
    const h = { hyperparameters: { l2: 1e-3 } };
    const store = await createRunStore(join(folder, "async"));
    const boundary = (member: number, generation: number, value: number): DecisionEvent[] => {
      const checkpoint = { member, generation, step: 10 * (generation + 1) };
      return [
        event("evaluation", generation, member, {
          step: checkpoint.step,
          value,
          status: "ok",
          reports: [],
          checkpoint,
        }),
        event("decision", generation, member, {
          action: member === 2 ? "copy" : "keep",
          donor: member === 2 ? 0 : null,
          checkpoint: member === 2 ? { ...checkpoint, member: 0 } : checkpoint,
          ...h,
          score: -value,
          rank: 1,
          reason: "told",
        }),
      ];
    };
    store.transaction(() => {
      store.appendDecisions([
        runEvent(plan),
        ...[0, 1, 2].map((member) => event("founder", 0, member, h)),
        ...boundary(0, 0, 0.9),
        ...boundary(2, 0, 0.9),
        ...boundary(1, 0, 0.9),
        event("generation", 0, null, { diagnostics: { price: {}, diversity: {}, copies: 0 }, alive: 3 }),
        // The first member is ahead of the others: its third boundary falls into the second window.
        ...boundary(0, 1, 0.8),
        ...boundary(0, 2, 0.4),
        ...boundary(2, 1, 0.9),
        event("generation", 1, null, { diagnostics: { price: {}, diversity: {}, copies: 0 }, alive: 3 }),
      ]);
    });
    store.close();
    const found = await columns<GenerationsMeta>("/api/runs/async/generations");
    expect(valuesOf(found, "copies")).toEqual([1, 1]);
    const { answers, best } = await json<RunManifest>("/api/runs/async");
    expect(best!.generation).toBe(2);
    expect(answers.improving).toMatch(/^Best loss 0\.4 by m00 in its generation 3; now generation 2 of 3/);
  });
});

describe("a soup", () => {
  it("that measured better is named beside the winner", async () => {
    const of = [
      { member: 1, generation: 3, step: 400 },
      { member: 4, generation: 2, step: 300 },
    ];
    await syntheticRun(join(folder, "soup"), {
      members: 6,
      generations: 4,
      ended: false,
      before: (store) => {
        const soup = { of, mean: 0.1234567, interval: [0.12, 0.13], checkpoint: { ...of[0]!, member: 6 } };
        store.appendDecisions([event("end", 3, null, { reason: "steps", soup })]);
      },
    });
    const { soup } = await json<RunManifest>("/api/runs/soup");
    expect(soup!.mean).toBe(0.1234567);
    expect(soup!.text).toBe(
      "A soup, the mean of 2 finalists' states (m01 of generation 4, m04 of generation 3), measures better: loss 0.1235 (95 %: 0.12 … 0.13). It is offered beside the best.",
    );
    await syntheticRun(join(folder, "none"), { members: 3, generations: 2 });
    expect((await json<RunManifest>("/api/runs/none")).soup).toBeNull();
  });
});
