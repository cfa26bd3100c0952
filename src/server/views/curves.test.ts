import { describe, expect, it } from "vitest";
import { quantiles } from "../../math/index.ts";
import { members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type { CurvesMeta, FanMeta, MemberTable, RasterMeta } from "../types.ts";

const { columns, get, json, run } = viewedRuns();

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
        for (const { step, value } of run.reader.metrics("loss", member)) {
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
    const copies = run
      .decisions()
      .filter(({ body }) => body["action"] === "copy")
      .map(
        ({ member, body }) =>
          `${member}/${body["donor"] as number}/${(body["checkpoint"] as { step: number }).step}`,
      );
    const found = valuesOf(got, "breakMember").map((member, i) =>
      [member, valuesOf(got, "breakDonor")[i], valuesOf(got, "breakAt")[i]].join("/"),
    );
    expect(found.toSorted()).toEqual(copies.toSorted());
    expect(copies.length).toBeGreaterThan(5);
    expect(valuesOf(got, "failedMember")).toHaveLength(
      run.evaluations().filter(({ body }) => body["status"] === "failed").length,
    );
  });

  it("come from evaluations where a metric has no samples", async () => {
    const got = await columns<CurvesMeta>("/api/runs/b/columns?members=0&px=40");
    expect(got.meta.source).toBe("evaluations");
    const known = [...valuesOf(got, "last")].filter((value) => !Number.isNaN(value));
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
        const samples = run.reader.metrics("loss", member);
        const pixelOf = (step: number) => Math.min(px - 1, Math.floor((step / x1) * px));
        const last = samples.findLast(({ step }) => pixelOf(step) <= p);
        return last === undefined || samples.every(({ step }) => pixelOf(step) < p)
          ? []
          : [Math.fround(last.value)];
      }).flat();

      expect(valuesOf(fan, "count")[p]).toBe(held.length);
      const expected = quantiles(held, fan.meta.levels);
      for (const [i, value] of expected.entries()) {
        expect(valuesOf(fan, "quantiles")[i * px + p]).toBe(Math.fround(value));
      }
    }
  });

  it("has the best evaluation up to each pixel beside it", async () => {
    const px = 45;
    const fan = await columns<FanMeta>(`/api/runs/a/fan?px=${px}`);
    for (let p = 0; p < px; p++) {
      const seen = run
        .evaluations()
        .filter(
          ({ body }) =>
            body["value"] !== null &&
            Math.min(px - 1, Math.floor(((body["step"] as number) / fan.meta.x1) * px)) <= p,
        );
      const best = Math.min(...seen.map(({ body }) => body["value"] as number));
      expect(valuesOf(fan, "bestSoFar")[p]).toBe(Number.isFinite(best) ? Math.fround(best) : Number.NaN);
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
      const rows = valuesOf(raster, "rows");
      expect(rows.toSorted((a, b) => a - b)).toEqual([...Array(members).keys()]);
      const { low, high } = raster.meta;
      for (const [row, member] of rows.entries()) {
        const last = run.reader.metrics("loss", member).at(-1)!.value;
        const pixel = Math.min(
          59,
          Math.floor((run.reader.metrics("loss", member).at(-1)!.step / fan.meta.x1) * 60),
        );
        const unit = Math.min(1, Math.max(0, (last - low) / (high - low)));
        expect(Math.abs(valuesOf(raster, "image")[row * 60 + pixel]! - (1 + 254 * unit))).toBeLessThan(0.51);
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
