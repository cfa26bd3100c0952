import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lineageOf } from "../../engine/index.ts";
import { quantiles } from "../../math/index.ts";
import { syntheticRun, syntheticSpace } from "../fixtures/synthetic.ts";
import { generations, interval, members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type { Feed, GenerationsMeta, RunList, RunManifest } from "../types.ts";

const { columns, folder, get, json, run } = viewedRuns();

describe("the list and the manifest", () => {
  it("say how each run stands, newest first", async () => {
    const { runs } = await json<RunList>("/api/runs");
    expect(runs).toMatchObject([
      { run: "b", phase: "ended", members: 6, generation: 4, metric: { name: "loss", mode: "min" } },
      { run: "a", phase: "ended", members, generation: generations },
    ]);
    const best = Math.min(...run.evaluations().flatMap(({ body }) => (body["value"] as number | null) ?? []));
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
      seq: run.events.length,
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
    const lineage = lineageOf(run.events);
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
    const closed = run.events.filter(({ kind }) => kind === "generation");
    expect(valuesOf(table, "generation")).toEqual(closed.map(({ generation }) => generation));
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
      const mine = run.evaluations().filter((event) => event.generation === generation);
      const known = mine.flatMap((event) => (event.body["value"] as number | null) ?? []);
      expect(valuesOf(table, "quantiles").slice(g * 7, g * 7 + 7)).toEqual(
        quantiles(known, [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]),
      );
      bestSoFar = Math.min(bestSoFar, ...known);
      expect(valuesOf(table, "bestSoFar")[g]).toBe(bestSoFar);
      expect(valuesOf(table, "copies")[g]).toBe(diagnostics.copies);
      expect(valuesOf(table, "founders")[g]).toBe(diagnostics.survivingFounders);
      expect(valuesOf(table, "lineages")[g]).toBe(diagnostics.effectiveLineages);
      expect(valuesOf(table, "failed")[g]).toBe(mine.length - known.length);
      for (const [k, name] of table.meta.traits.entries()) {
        const price = diagnostics.price[name] ?? null;
        expect(valuesOf(table, "change")[g * 3 + k]).toBe(price?.change ?? Number.NaN);
        expect(valuesOf(table, "diversity")[g * 3 + k]).toBe(diagnostics.diversity[name]);
      }
      // Price's equation: the change of the mean is selection and transmission.
      const [change, selection, transmission] = ["change", "selection", "transmission"].map(
        (name) => valuesOf(table, name)[g * 3]!,
      );
      expect(selection! + transmission!).toBeCloseTo(change!, 12);
    }
    expect(valuesOf(table, "timeMs").every((time, i, all) => i === 0 || time > all[i - 1]!)).toBe(true);
  });

  it("come from a place on", async () => {
    const table = await columns<GenerationsMeta>("/api/runs/a/generations?from=7");
    expect(valuesOf(table, "generation")).toEqual([7, 8]);
    expect(table.arrays["change"]!.shape).toEqual([2, 3]);
    expect(valuesOf(await columns("/api/runs/a/generations?from=900"), "generation")).toEqual([]);
  });
});
