import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choice, searchSpace, uniform } from "../../space/index.ts";
import { runsFolder, testApp } from "../fixtures/app.ts";
import { syntheticRun } from "../fixtures/synthetic.ts";
import { createRunStore, type DecisionEvent } from "../../store/index.ts";
import { planFrom, runEvent } from "../../engine/index.ts";
import type { MemberTable, RunManifest, SliceSet } from "../types.ts";

const folder = runsFolder();
const { json, columns } = testApp([folder]);

const event = (
  kind: DecisionEvent["kind"],
  generation: number,
  member: number | null,
  body: object,
): DecisionEvent => ({ kind, generation, member, body: body as DecisionEvent["body"] });

const space = searchSpace({ optimizer: choice(["sgd", "adam"]), idle: uniform(0, 1) });

/** A log as told: by generation and member the loss and the optimizer; nobody copies. */
async function told(
  name: string,
  rows: readonly (readonly (readonly [loss: number, optimizer: string])[])[],
): Promise<void> {
  const members = rows[0]!.length;
  const plan = planFrom({
    space,
    members,
    seed: 1,
    metric: "loss:min",
    slow: { interval: 10 },
    stop: { generations: rows.length },
  });
  const store = await createRunStore(join(folder, name));
  const of = (optimizer: string) => ({ optimizer, idle: 0.5 });
  store.transaction(() => {
    store.appendDecisions([
      runEvent(plan),
      ...rows[0]!.map(([, optimizer], m) => event("founder", 0, m, { hyperparameters: of(optimizer) })),
    ]);
    for (const [g, row] of rows.entries()) {
      const checkpoint = (member: number) => ({ member, generation: g, step: 10 * (g + 1) });
      store.appendDecisions([
        ...row.map(([value], m) =>
          event("evaluation", g, m, {
            step: 10 * (g + 1),
            value,
            status: "ok",
            reports: [],
            checkpoint: checkpoint(m),
          }),
        ),
        ...row.map(([value], m) =>
          event("decision", g, m, {
            action: "keep",
            donor: null,
            checkpoint: checkpoint(m),
            hyperparameters: of((rows[g + 1] ?? row)[m]![1]),
            score: -value,
            rank: 1,
            reason: "told",
          }),
        ),
        event("generation", g, null, { diagnostics: { price: {}, diversity: {} }, alive: members }),
      ]);
    }
    store.appendDecisions([event("end", rows.length - 1, null, { reason: "generations" })]);
  });
  store.close();
}

describe("answers", () => {
  it("say in which generation the best was found, and for how long there was none better", async () => {
    const losses = [0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.7, 0.6];
    await told(
      "found-early",
      losses.map((loss) => [
        [loss, "sgd"],
        [1, "sgd"],
      ]),
    );
    const { answers } = await json<RunManifest>("/api/runs/found-early");
    expect(answers.improving).toBe(
      "Best loss 0.5 by m00 in generation 2; now generation 8 of 8, no better for 6 generations.",
    );
  });

  it("see categories move, by their shares", async () => {
    const generation = (adams: number) =>
      Array.from({ length: 10 }, (_, m) => [1, m < adams ? "adam" : "sgd"] as const);
    await told("adam-takes-over", [generation(2), generation(5), generation(9)]);
    const { answers } = await json<RunManifest>("/api/runs/adam-takes-over");
    expect(answers.moving).toBe("optimizer moved furthest: adam rose from 20 % to 90 % of the members.");
    await told("nothing-moves", [generation(4), generation(4)]);
    expect((await json<RunManifest>("/api/runs/nothing-moves")).answers.moving).toMatch(
      /^No hyperparameter's mean has moved/,
    );
  });

  it("say of selection what each slice says, from one source", async () => {
    await syntheticRun(join(folder, "real"), { members: 24, generations: 16, seed: 3, relaxation: 5 });
    const { answers } = await json<RunManifest>("/api/runs/real");
    const { slices } = await json<SliceSet>("/api/runs/real/effective-fitness");
    const [lr] = slices;
    expect(lr!.p).toBeLessThanOrEqual(0.01);
    expect(lr!.text).toMatch(/^Fitness depends on lr \(p/);
    expect(answers.selection).toMatch(
      /^Fitness depends on .*lr \(best.*: p ≤ 0\.01, corrected for 3 hyperparameters\.$/,
    );
    expect(answers.selection).not.toContain("or less");
    for (const { name, text } of slices) {
      expect(answers.selection.includes(`${name} (`)).toBe(text.startsWith("Fitness depends on"));
      const alone = await json<SliceSet>(`/api/runs/real/effective-fitness?name=${name}&window=5`);
      expect(alone.slices[0]!.p).toBe(slices.find((slice) => slice.name === name)!.p);
    }
  });

  it("tell how long ago all members' common state was from how long the last takeover needed", async () => {
    await syntheticRun(join(folder, "taken-over"), { members: 4, generations: 20, seed: 3 });
    const { answers, diagnostics } = await json<RunManifest>("/api/runs/taken-over");
    const { took } = diagnostics!.temporal!.coalescence;
    expect(took).toBeGreaterThan(0);
    const said =
      /all members descend from one state (\d+) generations? ago \(the last takeover needed (\d+) generations?\)/.exec(
        answers.diverse,
      );
    expect(Number(said![2])).toBe(took);
    const { arrays } = await columns("/api/runs/taken-over/generations");
    expect(Number(said![1])).toBe([...arrays["ancestorAge"]!.values].at(-1));
  });

  it("know no effect where the metric is the same for all", async () => {
    await told(
      "level",
      Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => [1, "sgd"] as const)),
    );
    const { answers } = await json<RunManifest>("/api/runs/level");
    expect(answers.selection).toMatch(/^Not identifiable yet/);
    const { members } = await json<MemberTable>("/api/runs/level/members");
    expect(members.every(({ next }) => next === null)).toBe(true);
  });
});
