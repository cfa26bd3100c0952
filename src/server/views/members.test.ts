import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lineageOf } from "../../engine/index.ts";
import { type Diagnostics, memberName } from "../../population/index.ts";
import { syntheticRun } from "../fixtures/synthetic.ts";
import { members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type {
  GenerationsMeta,
  LogTail,
  MemberFacts,
  MemberTable,
  PairMeta,
  RunManifest,
  SeparationFacts,
  SliceSet,
} from "../types.ts";

const { columns, folder, get, json, run } = viewedRuns();

describe("members", () => {
  it("stand as the log leaves them", async () => {
    const { members: table } = await json<MemberTable>("/api/runs/a/members");
    expect(table.map(({ name }) => name)).toEqual(
      Array.from({ length: members }, (_, id) => memberName(id, members)),
    );
    for (const row of table) {
      // The run is over: what its last slow step decided never trained, so it is nobody's value.
      const mine = run.events.filter(
        ({ member, kind }) => member === row.member && (kind === "founder" || kind === "decision"),
      );
      expect(row.hyperparameters).toEqual(mine.at(-2)!.body["hyperparameters"]);
      expect(row.next).toBeNull();
      const children = run.decisions().filter(({ body }) => body["donor"] === row.member).length;
      expect(row.children).toBe(children);
    }
    const best = table.find(({ rank }) => rank === 1)!;
    expect(best.value).toBe(Math.min(...table.flatMap(({ value }) => value ?? [])));
  });

  it("of a run that is not over tell what comes next beside what their value was trained with", async () => {
    await syntheticRun(join(folder, "going"), { members: 8, generations: 4, seed: 5, ended: false });
    const { members: table } = await json<MemberTable>("/api/runs/going/members");
    const { members: over } = await json<MemberTable>("/api/runs/a/members");
    expect(over.every(({ next }) => next === null)).toBe(true);
    const copied = table.filter(({ donor }) => donor !== null);
    expect(copied.length).toBeGreaterThan(0);
    for (const row of table) {
      expect(row.next === null).toBe(row.donor === null);
      expect(row.next).not.toEqual(row.hyperparameters);
    }
  });

  it("show the winning state where the winner is asked for, with the values that it was trained with", async () => {
    const { best } = await json<RunManifest>("/api/runs/a");
    const facts = await json<MemberFacts>(`/api/runs/a/members/${best!.member}`);
    expect(facts.generation).toBe(best!.generation);
    expect(facts.legs.at(-1)).toMatchObject({
      value: best!.value,
      untilStep: best!.step,
      hyperparameters: best!.hyperparameters,
    });
  });

  it("have the ancestry, schedule and legs that the engine's own lineage gives", async () => {
    const lineage = lineageOf(run.events);
    for (let member = 0; member < members; member++) {
      const facts = await json<MemberFacts>(`/api/runs/a/members/${member}`);
      expect(facts.schedule).toEqual(lineage.schedule(member, facts.generation));
      expect(facts.ancestry).toEqual(lineage.ancestry(member, facts.generation));
      expect(facts.legs).toMatchObject(lineage.legs(member, facts.generation));
      expect(facts.schedule).toEqual(lineage.schedule(member));
    }
  });

  it("give their schedule as CSV, at any of their generations", async () => {
    const response = await get("/api/runs/a/members/2/schedule.csv?generation=4");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = (await response.text()).trim().split("\n");
    const schedule = lineageOf(run.events).schedule(2, 4);
    expect(lines[0]).toBe("fromStep,lr,momentum,optimizer");
    expect(lines.slice(1)).toEqual(
      schedule.map(({ fromStep, hyperparameters: h }) =>
        [fromStep, h["lr"], h["momentum"], h["optimizer"]].join(","),
      ),
    );
    expect((await get("/api/runs/a/members/2/schedule.csv?generation=400")).status).toBe(404);
  });

  it("give the end of what their trainer printed, from a whole line on", async () => {
    const tail = await json<LogTail>("/api/runs/a/members/0/log?bytes=500");
    expect(tail.exists).toBe(true);
    expect(tail.text.split("\n").at(-1)).toBe("line 2999 äöü");
    expect(tail.text).toMatch(/^line \d+ äöü\n/);
    expect(tail.text.length).toBeLessThanOrEqual(500);
    expect(await json<LogTail>("/api/runs/a/members/1/log")).toEqual({ text: "", skipped: 0, exists: false });
    expect((await get("/api/runs/a/members/99/log")).status).toBe(404);
  });
});

describe("effective fitness", () => {
  it("finds the hyperparameter that matters, and says when there is too little", async () => {
    const { slices } = await json<SliceSet>("/api/runs/a/effective-fitness?window=0");
    expect(slices.map(({ name, count }) => [name, count])).toEqual(
      ["lr", "momentum", "optimizer"].map((name) => [
        name,
        run.evaluations().filter(({ body }) => body["value"] !== null).length,
      ]),
    );
    const lr = slices[0]!;
    expect(lr.notIdentifiable).toBeNull();
    const best = lr.at[lr.estimate.indexOf(Math.max(...lr.estimate.map((value) => value!)))]!;
    // The made-up loss is least at log10(lr) = −2.5, which is 0.625 of the range.
    expect(Math.abs(best - 0.625)).toBeLessThan(0.15);
    for (const [i, value] of lr.estimate.entries()) {
      expect(lr.low[i]!).toBeLessThanOrEqual(value! + 0.05);
      expect(lr.high[i]!).toBeGreaterThanOrEqual(value! - 0.05);
    }
    const few = await json<SliceSet>("/api/runs/b/effective-fitness?window=1&name=lr");
    expect(few.slices[0]!.notIdentifiable).toMatch(/^Not identifiable: 6 evaluations/);
    const pair = await columns<PairMeta>("/api/runs/a/effective-fitness/pair?x=lr&y=momentum&window=0");
    expect(pair.arrays["estimate"]!.shape).toEqual([32, 32]);
    expect((await get("/api/runs/a/effective-fitness/pair?x=lr&y=nothing")).status).toBe(400);
  });
});

describe("the gauge", () => {
  it("shows what the log says, and the relaxation that the run was made with", async () => {
    const facts = await json<SeparationFacts>("/api/runs/a/separation");
    expect(facts.copies).toBeGreaterThan(5);
    // exp(−t/30) by construction; 2 samples in each of the 24 cells of the interval.
    expect(facts.relaxationSteps!).toBeGreaterThan(15);
    expect(facts.relaxationSteps!).toBeLessThan(60);
    const last = run.events.findLast(({ kind }) => kind === "generation")!;
    const { temporal } = last.body["diagnostics"] as unknown as Diagnostics;
    expect(temporal?.separation).not.toBeNull();
    expect(facts).toMatchObject({
      r: temporal!.separation!.value,
      zone: temporal!.separation!.regime,
      recommended: temporal!.interval,
      alarms: temporal!.alarms,
    });
    const table = await columns<GenerationsMeta>("/api/runs/a/generations");
    expect(valuesOf(table, "separation").at(-1)).toBe(facts.r);
    expect(facts.curve[0]!.excess).toBe(1);
    await syntheticRun(join(folder, "early"), { members: 4, generations: 1, samples: 0 });
    const unknown = await json<SeparationFacts>("/api/runs/early/separation");
    expect(unknown).toMatchObject({ zone: "unknown", r: null });
    expect(unknown.text).toContain("only known at the ends of segments");
  });
});
