import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { planFrom, runEvent } from "../../engine/index.ts";
import { searchSpace, uniform } from "../../space/index.ts";
import { createRunStore, type DecisionEvent } from "../../store/index.ts";
import { members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type { AncestryMeta, MemberFacts } from "../types.ts";

const { columns, folder, get, json, run } = viewedRuns();

const decision = (
  kind: DecisionEvent["kind"],
  generation: number,
  member: number | null,
  body: object,
): DecisionEvent => ({ kind, generation, member, body: body as DecisionEvent["body"] });

/**
 * An asynchronous run of two slots. m1 trains steps 100 to 200 from its own state, then goes back to a copy of m0 at step 100
 * and trains them again: only those samples are on its lineage.
 */
beforeAll(async () => {
  const plan = planFrom({
    space: searchSpace({ lr: uniform(0, 1) }),
    members: 2,
    seed: 1,
    metric: "loss:min",
    mode: "asynchronous",
    slow: { interval: 100 },
    stop: { steps: 300 },
  });
  const store = await createRunStore(join(folder, "back"));
  const trained = (member: number, generation: number, from: number, value: number): DecisionEvent => {
    for (let step = from + 10; step <= from + 100; step += 10)
      store.addMetrics(member, generation, 1, step, { loss: value + step / 1000 });
    return decision("evaluation", generation, member, {
      step: from + 100,
      value,
      status: "ok",
      reports: [],
      checkpoint: { member, generation, step: from + 100 },
    });
  };
  const decided = (
    member: number,
    generation: number,
    donor: number | null,
    checkpoint: object,
  ): DecisionEvent =>
    decision("decision", generation, member, {
      action: donor === null ? "keep" : "copy",
      donor,
      checkpoint,
      hyperparameters: { lr: 0.5 },
      score: null,
      rank: null,
    });
  store.appendDecisions([
    runEvent(plan),
    ...[0, 1].map((member) => decision("founder", 0, member, { hyperparameters: { lr: 0.5 } })),
    trained(0, 0, 0, 10),
    decided(0, 0, null, { member: 0, generation: 0, step: 100 }),
    trained(1, 0, 0, 20),
    decided(1, 0, null, { member: 1, generation: 0, step: 100 }),
    trained(1, 1, 100, 21),
    decided(1, 1, 0, { member: 0, generation: 0, step: 100 }),
    trained(1, 2, 100, 9),
    decided(1, 2, null, { member: 1, generation: 2, step: 200 }),
  ]);
  store.close();
});

const lossesOf = (values: readonly number[]): number[] =>
  values.filter((value) => !Number.isNaN(value)).map((value) => Math.floor(value));

describe("the curve along a lineage", () => {
  it("holds nothing of a life of the slot that the lineage does not descend from", async () => {
    const got = await columns<AncestryMeta>("/api/runs/back/ancestry?member=1&px=40&x0=0&x1=200");
    expect(got.meta).toMatchObject({ members: [1], generation: 2, source: "samples", bucketSamples: 1 });
    for (const name of ["first", "min", "max", "last"]) {
      expect(lossesOf(valuesOf(got, name))).toEqual([...Array(10).fill(10), ...Array(10).fill(9)]);
    }
    // The state before the copy has a path of its own.
    const before = await columns<AncestryMeta>(
      "/api/runs/back/ancestry?member=1&generation=1&px=40&x0=0&x1=200",
    );
    expect(lossesOf(valuesOf(before, "last"))).toEqual([...Array(10).fill(20), ...Array(10).fill(21)]);
  });

  it("is M4 of the samples of each segment on the way, on any range", async () => {
    for (let member = 0; member < members; member++) {
      const { legs } = await json<MemberFacts>(`/api/runs/a/members/${member}`);
      const samples = legs.flatMap(({ member: slot, generation, fromStep, untilStep }) =>
        run.reader.metrics("loss", slot, { from: fromStep, until: untilStep, generation }),
      );
      for (const [x0, x1, px] of [
        [0, 900, 64],
        [150, 430, 100],
      ] as const) {
        const got = await columns<AncestryMeta>(
          `/api/runs/a/ancestry?member=${member}&metric=loss&x0=${x0}&x1=${x1}&px=${px}`,
        );
        const expected = Array.from({ length: px }, () => [] as number[]);
        for (const { step, value } of samples) {
          if (step < x0 || step > x1) continue;
          expected[Math.min(px - 1, Math.floor(((step - x0) / (x1 - x0)) * px))]!.push(Math.fround(value));
        }
        const at = (name: string, p: number) => got.arrays[name]!.values[p];
        for (const [p, inside] of expected.entries()) {
          const known = inside.length === 0 ? [Number.NaN] : inside;
          expect(["first", "min", "max", "last"].map((name) => at(name, p))).toEqual([
            known[0],
            Math.min(...known),
            Math.max(...known),
            known.at(-1),
          ]);
        }
      }
    }
  });

  it("is smoothed as one line, from the founder on, whatever the range", async () => {
    const ask = (range: string) =>
      columns<AncestryMeta>(`/api/runs/back/ancestry?member=1&px=200&smooth=10${range}`);
    const whole = valuesOf(await ask("&x0=0&x1=200"), "smooth");
    // Twenty samples, each 10 steps after the one before: weights halve.
    let [sum, weight] = [0, 0];
    for (let step = 10; step <= 200; step += 10) {
      sum = sum / 2 + (step <= 100 ? 10 : 9) + step / 1000;
      weight = weight / 2 + 1;
      expect(whole[Math.min(199, step)]).toBeCloseTo(sum / weight, 5);
    }
    const late = valuesOf(await ask("&x0=150&x1=200"), "smooth");
    expect(late.at(-1)).toBe(whole.at(-1));
  });

  it("is of the evaluations where a metric has no samples", async () => {
    const { legs } = await json<MemberFacts>("/api/runs/b/members/0");
    const got = await columns<AncestryMeta>("/api/runs/b/ancestry?member=0&px=400&smooth=10");
    expect(got.meta.source).toBe("evaluations");
    expect(got.arrays["smooth"]).toBeUndefined();
    expect(valuesOf(got, "last").filter((value) => !Number.isNaN(value))).toEqual(
      legs.flatMap(({ value }) => (value === null ? [] : [Math.fround(value)])),
    );
  });

  it.each([
    ["/api/runs/a/ancestry?member=-1", 400],
    ["/api/runs/a/ancestry?member=0&generation=99", 404],
    ["/api/runs/a/ancestry?member=0&metric=nothing", 404],
  ])("refuses %s", async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });
});
