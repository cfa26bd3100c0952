import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Columns, decodeColumns } from "../figures/index.ts";
import { lineageOf } from "../engine/index.ts";
import { quantiles } from "../math/index.ts";
import { type Diagnostics, memberName } from "../population/index.ts";
import { openRunReader, type RunReader, type StoredDecisionEvent } from "../store/index.ts";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun, syntheticSpace } from "./fixtures/synthetic.ts";
import type {
  CompareMeta,
  CurvesMeta,
  FanMeta,
  Feed,
  GenerationsMeta,
  LineageMeta,
  LogTail,
  MemberFacts,
  MemberTable,
  PairMeta,
  PopulationMeta,
  ProgressionMeta,
  RasterMeta,
  RunList,
  RunManifest,
  SeparationFacts,
  SharesMeta,
  SliceSet,
} from "./types.ts";

const folder = runsFolder();
const { get, json, columns } = testApp([folder]);
const members = 12;
const generations = 9;
const interval = 100;

let reader: RunReader;
let events: StoredDecisionEvent[];
beforeAll(async () => {
  await syntheticRun(join(folder, "a"), {
    members,
    generations,
    interval,
    samples: 50,
    failure: 0.06,
    metrics: ["speed"],
    log: Array.from({ length: 3000 }, (_, i) => `line ${i} äöü`).join("\n"),
  });
  await syntheticRun(join(folder, "b"), { members: 6, generations: 4, interval, samples: 0, seed: 8 });
  reader = await openRunReader(join(folder, "a"));
  events = [...reader.decisions()];
  return () => reader.close();
});

const values = (from: Columns, name: string): number[] => [...from.arrays[name]!.values];
const evaluations = () => events.filter(({ kind }) => kind === "evaluation");
const decisions = () => events.filter(({ kind }) => kind === "decision");

describe("the list and the manifest", () => {
  it("say how each run stands, newest first", async () => {
    const { runs } = await json<RunList>("/api/runs");
    expect(runs).toMatchObject([
      { run: "b", phase: "ended", members: 6, generation: 4, metric: { name: "loss", mode: "min" } },
      { run: "a", phase: "ended", members, generation: generations },
    ]);
    const best = Math.min(...evaluations().flatMap(({ body }) => (body["value"] as number | null) ?? []));
    expect(runs[1]!.best).toBe(best);
  });

  it("hold what a first paint needs, within 100 kB", async () => {
    const response = await get("/api/runs/a");
    const text = await response.text();
    expect(text.length).toBeLessThan(100_000);
    const manifest = JSON.parse(text) as RunManifest;
    expect(manifest).toMatchObject({
      run: "a",
      phase: "ended",
      standing: "Ended: its steps are used up.",
      seq: events.length,
      members,
      seed: 7,
      interval,
      metrics: ["loss", "speed"],
      generation: generations,
      generations,
      step: generations * interval,
      steps: generations * interval,
      intervened: false,
      controllable: false,
    });
    expect(manifest.names[7]).toBe("m07");
    expect(manifest.hyperparameters).toMatchObject([
      { name: "lr", scale: "log", bounds: [1e-5, 0.1] },
      { name: "momentum", scale: "linear", bounds: [0, 0.99] },
      { name: "optimizer", scale: "category", bounds: null },
    ]);
    expect(manifest.hyperparameters[2]!.ticks.map(({ value }) => value)).toEqual(["sgd", "adam", "lion"]);
    for (const { ticks, name } of manifest.hyperparameters) {
      const law = syntheticSpace.distributions[syntheticSpace.names.indexOf(name)]!;
      for (const { at, value } of ticks) expect(law.encode(value)).toBeCloseTo(at, 9);
    }
    expect(manifest.bestSoFar.at(-1)![2]).toBe(manifest.best!.value);
    const lineage = lineageOf(events);
    expect(manifest.best!.ancestry).toEqual(
      lineage.ancestry(manifest.best!.member, manifest.best!.generation),
    );
    for (const answer of Object.values(manifest.answers)) expect(answer).toMatch(/^\S.*\.$/);
  });
});

describe("the finalists", () => {
  it("are told with what they were selected by and what evaluating them anew gave", async () => {
    await syntheticRun(join(folder, "final"), { members: 4, generations: 3, reevaluations: 3 });
    const { best, finalists, selected } = await json<RunManifest>("/api/runs/final");
    const mean = best!.value + 0.012;
    expect(best!.again!.evaluations).toBe(3);
    expect(best!.again!.mean).toBeCloseTo(mean, 12);
    expect(best!.again!.interval![1] - best!.again!.interval![0]).toBeCloseTo(0.008, 12);
    expect(finalists).toMatchObject([{ member: best!.member, rank: 1, selected: best!.value }]);
    expect(selected).toBeNull();
    const feed = await json<Feed>("/api/runs/final/feed?kind=finalist");
    expect(feed.entries[0]!.text).toContain("evaluated anew");
  });
});

describe("generations", () => {
  it("are those of the log's own diagnostics, with quantiles over all members", async () => {
    const table = await columns<GenerationsMeta>("/api/runs/a/generations");
    const closed = events.filter(({ kind }) => kind === "generation");
    expect(values(table, "generation")).toEqual(closed.map(({ generation }) => generation));
    expect(table.meta.traits).toEqual(["lr", "momentum", "optimizer"]);
    let bestSoFar = Infinity;
    for (const [g, { body, generation }] of closed.entries()) {
      const diagnostics = body["diagnostics"] as unknown as {
        price: Record<string, { change: number; selection: number; transmission: number } | null>;
        diversity: Record<string, number>;
        copies: number;
        effectiveLineages: number;
        survivingFounders: number;
      };
      const mine = evaluations().filter((event) => event.generation === generation);
      const known = mine.flatMap((event) => (event.body["value"] as number | null) ?? []);
      expect(values(table, "quantiles").slice(g * 7, g * 7 + 7)).toEqual(
        quantiles(known, [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]),
      );
      bestSoFar = Math.min(bestSoFar, ...known);
      expect(values(table, "bestSoFar")[g]).toBe(bestSoFar);
      expect(values(table, "copies")[g]).toBe(diagnostics.copies);
      expect(values(table, "founders")[g]).toBe(diagnostics.survivingFounders);
      expect(values(table, "lineages")[g]).toBe(diagnostics.effectiveLineages);
      expect(values(table, "failed")[g]).toBe(mine.length - known.length);
      for (const [k, name] of table.meta.traits.entries()) {
        const price = diagnostics.price[name] ?? null;
        expect(values(table, "change")[g * 3 + k]).toBe(price?.change ?? Number.NaN);
        expect(values(table, "diversity")[g * 3 + k]).toBe(diagnostics.diversity[name]);
      }
      // Price's equation: the change of the mean is selection and transmission.
      const [change, selection, transmission] = ["change", "selection", "transmission"].map(
        (name) => values(table, name)[g * 3]!,
      );
      expect(selection! + transmission!).toBeCloseTo(change!, 12);
    }
    expect(values(table, "timeMs").every((time, i, all) => i === 0 || time > all[i - 1]!)).toBe(true);
  });

  it("come from a place on", async () => {
    const table = await columns<GenerationsMeta>("/api/runs/a/generations?from=7");
    expect(values(table, "generation")).toEqual([7, 8]);
    expect(table.arrays["change"]!.shape).toEqual([2, 3]);
    expect(values(await columns("/api/runs/a/generations?from=900"), "generation")).toEqual([]);
  });
});

describe("curves", () => {
  it("are M4 of every sample: first, least, greatest and last of each pixel", async () => {
    for (const [x0, x1, px] of [
      [0, 900, 64],
      [150, 430, 100],
      [0, 900, 1500],
    ]) {
      const got = await columns<CurvesMeta>(
        `/api/runs/a/columns?metric=loss&members=3,5&x0=${x0}&x1=${x1}&px=${px}`,
      );
      expect(got.meta).toMatchObject({ members: [3, 5], source: "samples", bucketSamples: 1, x0, x1, px });
      for (const [row, member] of [3, 5].entries()) {
        const expected = new Map<number, number[]>();
        for (const { step, value } of reader.metrics("loss", member)) {
          if (step < x0! || step > x1!) continue;
          const pixel = Math.min(px! - 1, Math.floor(((step - x0!) / (x1! - x0!)) * px!));
          expected.set(pixel, [...(expected.get(pixel) ?? []), Math.fround(value)]);
        }
        for (let p = 0; p < px!; p++) {
          const samples = expected.get(p) ?? [Number.NaN];
          const at = row * px! + p;
          expect(["first", "min", "max", "last"].map((name) => got.arrays[name]!.values[at])).toEqual([
            samples[0],
            Math.min(...samples),
            Math.max(...samples),
            samples.at(-1),
          ]);
        }
      }
    }
  });

  it("break where a member became a copy", async () => {
    const got = await columns<CurvesMeta>(
      `/api/runs/a/columns?members=${[...Array(members).keys()].join(",")}`,
    );
    const copies = decisions()
      .filter(({ body }) => body["action"] === "copy")
      .map(
        ({ member, body }) =>
          `${member}/${body["donor"] as number}/${(body["checkpoint"] as { step: number }).step}`,
      );
    const found = values(got, "breakMember").map((member, i) =>
      [member, values(got, "breakDonor")[i], values(got, "breakAt")[i]].join("/"),
    );
    expect(found.toSorted()).toEqual(copies.toSorted());
    expect(copies.length).toBeGreaterThan(5);
    expect(values(got, "failedMember")).toHaveLength(
      evaluations().filter(({ body }) => body["status"] === "failed").length,
    );
  });

  it("come from evaluations where a metric has no samples", async () => {
    const got = await columns<CurvesMeta>("/api/runs/b/columns?members=0&px=40");
    expect(got.meta.source).toBe("evaluations");
    const known = [...values(got, "last")].filter((value) => !Number.isNaN(value));
    expect(known.length).toBeGreaterThan(0);
    expect(known.length).toBeLessThanOrEqual(4);
  });

  it.each(["px=8", "px=5000", "members=x", "members=-1", "x0=5&x1=5", "x0=abc", "px=1.5"])(
    "refuse %s",
    async (query) => {
      expect((await get(`/api/runs/a/columns?${query}`)).status).toBe(400);
    },
  );

  it("of a metric that is not there are not found", async () => {
    expect((await get("/api/runs/a/fan?metric=nothing")).status).toBe(404);
  });
});

describe("the fan", () => {
  it("is over ALL members: quantiles of the values that hold at each pixel's end", async () => {
    const px = 90;
    const fan = await columns<FanMeta>(`/api/runs/a/fan?metric=loss&px=${px}`);
    expect(fan.meta.levels).toEqual([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]);
    expect(fan.meta.members).toBe(members);
    const { x1 } = fan.meta;
    for (let p = 0; p < px; p++) {
      const held = Array.from({ length: members }, (_, member) => {
        const samples = reader.metrics("loss", member);
        const pixelOf = (step: number) => Math.min(px - 1, Math.floor((step / x1) * px));
        const last = samples.findLast(({ step }) => pixelOf(step) <= p);
        return last === undefined || samples.every(({ step }) => pixelOf(step) < p)
          ? []
          : [Math.fround(last.value)];
      }).flat();

      expect(values(fan, "count")[p]).toBe(held.length);
      const expected = quantiles(held, fan.meta.levels);
      for (const [i, value] of expected.entries()) {
        expect(values(fan, "quantiles")[i * px + p]).toBe(Math.fround(value));
      }
    }
  });

  it("has the best evaluation up to each pixel beside it", async () => {
    const px = 45;
    const fan = await columns<FanMeta>(`/api/runs/a/fan?px=${px}`);
    for (let p = 0; p < px; p++) {
      const seen = evaluations().filter(
        ({ body }) =>
          body["value"] !== null &&
          Math.min(px - 1, Math.floor(((body["step"] as number) / fan.meta.x1) * px)) <= p,
      );
      const best = Math.min(...seen.map(({ body }) => body["value"] as number));
      expect(values(fan, "bestSoFar")[p]).toBe(Number.isFinite(best) ? Math.fround(best) : Number.NaN);
    }
  });

  it("gives limits that one outlier does not ruin", async () => {
    const { meta } = await columns<FanMeta>("/api/runs/a/fan?metric=loss&px=200");
    const [low, high] = meta.robust!;
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(2.2);
  });
});

describe("the raster", () => {
  it("has one byte for each member and pixel, in the order of rows that was asked for", async () => {
    const fan = await columns<FanMeta>("/api/runs/a/fan?px=60");
    for (const sort of ["slot", "rank", "lineage"]) {
      const raster = await columns<RasterMeta>(`/api/runs/a/raster?px=60&sort=${sort}`);
      expect(raster.arrays["image"]!.shape).toEqual([members, 60]);
      const rows = values(raster, "rows");
      expect(rows.toSorted((a, b) => a - b)).toEqual([...Array(members).keys()]);
      const { low, high } = raster.meta;
      for (const [row, member] of rows.entries()) {
        const last = reader.metrics("loss", member).at(-1)!.value;
        const pixel = Math.min(
          59,
          Math.floor((reader.metrics("loss", member).at(-1)!.step / fan.meta.x1) * 60),
        );
        const unit = Math.min(1, Math.max(0, (last - low) / (high - low)));
        expect(Math.abs(values(raster, "image")[row * 60 + pixel]! - (1 + 254 * unit))).toBeLessThan(0.51);
      }
      const table = (await json<MemberTable>("/api/runs/a/members")).members;
      if (sort === "rank") {
        const known = rows.map((member) => table[member]!.value).filter((value) => value !== null);
        expect(known).toEqual(known.toSorted((a, b) => a - b));
      }
      if (sort === "lineage") {
        const founders = rows.map((member) => table[member]!.founder);
        expect(founders).toEqual(founders.toSorted((a, b) => a - b));
      }
    }
  });
});

describe("the population", () => {
  it("at a boundary holds each member's encoded hyperparameters and value", async () => {
    const got = await columns<PopulationMeta>("/api/runs/a/population?from=3&until=4");
    expect(got.arrays["coordinates"]!.shape).toEqual([2 * members, 3]);
    const lineage = lineageOf(events);
    for (let i = 0; i < 2 * members; i++) {
      const generation = values(got, "generation")[i]!;
      const member = values(got, "member")[i]!;
      const event = evaluations().find((one) => one.generation === generation && one.member === member)!;
      expect(values(got, "value")[i]).toBe((event.body["value"] as number | null) ?? Number.NaN);
      expect(values(got, "status")[i]).toBe(event.body["status"] === "failed" ? 1 : 0);
      if (event.body["status"] === "failed") continue;
      const leg = lineage.legs(member, generation).at(-1)!;
      const encoded = syntheticSpace.encode(leg.hyperparameters);
      for (let k = 0; k < 3; k++)
        expect(values(got, "coordinates")[i * 3 + k]).toBe(Math.fround(encoded[k]!));
      expect(values(got, "founder")[i]).toBe(lineage.ancestry(member, generation).at(-1));
    }
    expect(got.meta.founders).toHaveLength(members);
  });

  it("is the newest when nothing is asked", async () => {
    expect(new Set(values(await columns("/api/runs/a/population"), "generation"))).toEqual(
      new Set([generations - 1]),
    );
  });
});

describe("a hyperparameter's progression", () => {
  it("is a density over bins whose mean is the members' mean", async () => {
    const got = await columns<ProgressionMeta>("/api/runs/a/hyperparameters?name=lr");
    const { bins } = got.meta;
    const all = await columns<PopulationMeta>(`/api/runs/a/population?from=0&until=${generations - 1}`);
    for (let g = 0; g < generations; g++) {
      const row = values(got, "density").slice(g * bins, (g + 1) * bins);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      const mine = values(all, "member").flatMap((_, i) =>
        values(all, "generation")[i] === g ? [values(all, "coordinates")[i * 3]!] : [],
      );
      const mean = mine.reduce((a, b) => a + b, 0) / mine.length;
      expect(values(got, "mean")[g]).toBeCloseTo(mean, 6);
      for (let b = 0; b < bins; b++) {
        const count = mine.filter((x) => Math.min(bins - 1, Math.floor(x * bins)) === b).length;
        expect(row[b]).toBeCloseTo(count / members, 6);
      }
    }
  });

  it("follows the ancestry of the best", async () => {
    const got = await columns<ProgressionMeta>("/api/runs/a/hyperparameters?name=lr");
    const { best } = await json<RunManifest>("/api/runs/a");
    const legs = lineageOf(events).legs(best!.member, best!.generation);
    const law = syntheticSpace.distributions[0]!;
    for (const leg of legs) {
      expect(values(got, "winner")[leg.generation]).toBeCloseTo(law.encode(leg.hyperparameters["lr"]!), 6);
    }
  });

  it("of a name that is not there is refused", async () => {
    expect((await get("/api/runs/a/hyperparameters?name=nothing")).status).toBe(400);
  });
});

describe("lineages", () => {
  it("have shares that sum to one and begin with one founder each", async () => {
    const got = await columns<SharesMeta>("/api/runs/a/shares");
    const bands = got.meta.founders.length;
    for (let g = 0; g < generations; g++) {
      const row = values(got, "shares").slice(g * bands, (g + 1) * bands);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    }
    const { members: table } = await json<MemberTable>("/api/runs/a/members");
    const last = values(got, "shares").slice(-bands);
    for (const [band, founder] of got.meta.founders.entries()) {
      if (founder < 0) continue;
      const count = table.filter((member) => member.founder === founder).length;
      expect(last[band]).toBeCloseTo(count / members, 6);
    }
  });

  it("come as segments with their parents, in pages that join without gap", async () => {
    const whole = await columns<LineageMeta>("/api/runs/a/lineage");
    const total = members * generations;
    expect(whole.meta).toEqual({ first: 0, total, next: null });
    const parts: number[] = [];
    let from: number | null = 0;
    while (from !== null) {
      const page: Columns<LineageMeta> = await columns<LineageMeta>(
        `/api/runs/a/lineage?from=${from}&limit=17`,
      );
      expect(page.meta.first).toBe(parts.length);
      parts.push(...values(page, "seq"));
      from = page.meta.next;
    }
    expect(parts).toEqual(values(whole, "seq"));
    const lineage = lineageOf(events);
    for (let i = 0; i < total; i++) {
      const path: string[] = [];
      for (let at = i; at >= 0; at = values(whole, "parent")[at]!) {
        path.unshift(`${values(whole, "member")[at]}/${values(whole, "generation")[at]}`);
      }
      const [member, generation] = [values(whole, "member")[i]!, values(whole, "generation")[i]!];
      const failed = Number.isNaN(values(whole, "value")[i]!);
      const legs = lineage.legs(member, generation).map((leg) => `${leg.member}/${leg.generation}`);
      expect(failed ? path.slice(0, -1) : path).toEqual(legs);
    }
    const alive = values(whole, "surviving").filter((one) => one === 1).length;
    expect(alive).toBeGreaterThan(members);
    expect(alive).toBeLessThan(total);
  });
});

describe("members", () => {
  it("stand as the log leaves them", async () => {
    const { members: table } = await json<MemberTable>("/api/runs/a/members");
    expect(table.map(({ name }) => name)).toEqual(
      Array.from({ length: members }, (_, id) => memberName(id, members)),
    );
    for (const row of table) {
      const newest = decisions().findLast(({ member }) => member === row.member)!;
      expect(row.hyperparameters).toEqual(newest.body["hyperparameters"]);
      const children = decisions().filter(({ body }) => body["donor"] === row.member).length;
      expect(row.children).toBe(children);
    }
    const best = table.find(({ rank }) => rank === 1)!;
    expect(best.value).toBe(Math.min(...table.flatMap(({ value }) => value ?? [])));
  });

  it("have the ancestry, schedule and legs that the engine's own lineage gives", async () => {
    const lineage = lineageOf(events);
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
    const schedule = lineageOf(events).schedule(2, 4);
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
        evaluations().filter(({ body }) => body["value"] !== null).length,
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
    const last = events.findLast(({ kind }) => kind === "generation")!;
    const { temporal } = last.body["diagnostics"] as unknown as Diagnostics;
    expect(temporal?.separation).not.toBeNull();
    expect(facts).toMatchObject({
      r: temporal!.separation!.value,
      zone: temporal!.separation!.regime,
      recommended: temporal!.interval,
      alarms: temporal!.alarms,
    });
    const table = await columns<GenerationsMeta>("/api/runs/a/generations");
    expect(values(table, "separation").at(-1)).toBe(facts.r);
    expect(facts.curve[0]!.excess).toBe(1);
    await syntheticRun(join(folder, "early"), { members: 4, generations: 1, samples: 0 });
    const unknown = await json<SeparationFacts>("/api/runs/early/separation");
    expect(unknown).toMatchObject({ zone: "unknown", r: null });
    expect(unknown.text).toContain("only known at the ends of segments");
  });
});

describe("the feed", () => {
  it("holds copies, failures, generations and operations, newest first", async () => {
    const feed = await json<Feed>("/api/runs/a/feed?limit=500");
    const kinds = (kind: string) => feed.entries.filter((entry) => entry.kind === kind);
    expect(kinds("copy")).toHaveLength(decisions().filter(({ body }) => body["action"] === "copy").length);
    expect(kinds("generation").map(({ generation }) => generation)).toEqual(
      [...Array(generations).keys()].toReversed(),
    );
    expect(feed.entries[0]).toMatchObject({ kind: "end", log: "decisions" });
    expect(feed.entries.at(-1)!.kind).toBe("run");
    expect(feed.next).toBeNull();
  });

  it("comes in pages that join, searches, and goes on from a place", async () => {
    const whole = (await json<Feed>("/api/runs/a/feed?limit=500")).entries.map(({ id }) => id);
    const parts: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const page: Feed = await json<Feed>(`/api/runs/a/feed?limit=7${next === "" ? "" : `&before=${next}`}`);
      parts.push(...page.entries.map(({ id }) => id));
      next = page.next;
    }
    expect(parts).toEqual(whole);
    const failed = await json<Feed>("/api/runs/a/feed?q=FAILED&kind=failed");
    expect(failed.entries).toHaveLength(
      evaluations().filter(({ body }) => body["status"] === "failed").length,
    );
    const one = await json<Feed>("/api/runs/a/feed?member=3&kind=copy&limit=500");
    expect(one.entries.every(({ member }) => member === 3)).toBe(true);
    const after = await json<Feed>(`/api/runs/a/feed?after=${events.length - 1},1`);
    expect(after.entries.filter(({ log }) => log === "decisions").map(({ kind }) => kind)).toEqual(["end"]);
    expect((await get("/api/runs/a/feed?before=abc")).status).toBe(400);
  });
});

describe("exports", () => {
  it("hold every sample", async () => {
    const lines = (await (await get("/api/runs/a/export.csv?what=samples")).text()).trim().split("\n");
    const expected = [...Array(members).keys()].flatMap((member) =>
      ["loss", "speed"].flatMap((metric) =>
        reader
          .metrics(metric, member)
          .map(({ step, value }) => `${memberName(member, members)},${metric},${step},${value}`),
      ),
    );
    expect(lines[0]).toBe("member,metric,step,value");
    expect(lines.slice(1)).toEqual(expected);
  });

  it("hold every evaluation and generation", async () => {
    const rows = (await (await get("/api/runs/a/export.csv")).text()).trim().split("\n");
    expect(rows).toHaveLength(1 + members * generations);
    expect(rows[0]).toBe("generation,member,fromStep,step,loss,status,donor,founder,lr,momentum,optimizer");
    const lines = (await (await get("/api/runs/a/export.csv?what=generations")).text()).trim().split("\n");
    expect(lines).toHaveLength(1 + generations);
  });
});

describe("compare", () => {
  it("puts runs on one axis, with differences and settings", async () => {
    const got = await columns<CompareMeta>("/api/compare?runs=a,b&px=120");
    expect(got.meta.refusal).toBeNull();
    expect(got.meta.runs.map(({ run }) => run)).toEqual(["a", "b"]);
    const paths = got.meta.differences.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["members", "seed", "stop.steps"]));
    expect(paths).not.toContain("interval");
    expect(got.arrays["quantiles0"]!.shape).toEqual([7, 120]);
    const [a, b] = got.meta.runs;
    expect(values(got, "bestSoFar0").at(-1)).toBe(Math.fround(a!.best!));
    const endOfB = values(got, "bestSoFar1").findLast((value) => !Number.isNaN(value));
    expect(endOfB).toBe(Math.fround(b!.best!));
    const budget = values(got, "bestByEvaluations0").findLast((value) => !Number.isNaN(value));
    expect(budget).toBe(Math.fround(a!.best!));
    expect(b!.difference!.low).toBeLessThanOrEqual(b!.difference!.high);
    expect((await get(`/api/compare?runs=${"a,".repeat(9)}`)).status).toBe(400);
    expect((await get("/api/compare?runs=")).status).toBe(400);
  });
});

describe("columns as bytes", () => {
  it("are read back as they were written", async () => {
    const bytes = new Uint8Array(await (await get("/api/runs/a/generations")).arrayBuffer());
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("PTC1");
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeColumns(shifted.subarray(3))).toEqual(decodeColumns(bytes));
    expect(() => decodeColumns(bytes.slice(0, bytes.length - 9))).toThrow("is cut off");
    expect(() => decodeColumns(bytes.slice(4))).toThrow("do not begin with PTC1");
  });
});
