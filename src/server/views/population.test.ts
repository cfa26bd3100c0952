import { describe, expect, it } from "vitest";
import { lineageOf } from "../../engine/index.ts";
import { type Columns } from "../../figures/index.ts";
import { syntheticSpace } from "../fixtures/synthetic.ts";
import { generations, members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type {
  LineageMeta,
  MemberTable,
  PopulationMeta,
  ProgressionMeta,
  RunManifest,
  SharesMeta,
} from "../types.ts";

const { columns, get, json, run } = viewedRuns();

describe("the population", () => {
  it("at a boundary holds each member's encoded hyperparameters and value", async () => {
    const got = await columns<PopulationMeta>("/api/runs/a/population?from=3&until=4");
    expect(got.arrays["coordinates"]!.shape).toEqual([2 * members, 3]);
    const lineage = lineageOf(run.events);
    for (let i = 0; i < 2 * members; i++) {
      const generation = valuesOf(got, "generation")[i]!;
      const member = valuesOf(got, "member")[i]!;
      const event = run.evaluations().find((one) => one.generation === generation && one.member === member)!;
      expect(valuesOf(got, "value")[i]).toBe((event.body["value"] as number | null) ?? Number.NaN);
      expect(valuesOf(got, "status")[i]).toBe(event.body["status"] === "failed" ? 1 : 0);
      if (event.body["status"] === "failed") continue;
      const leg = lineage.legs(member, generation).at(-1)!;
      const encoded = syntheticSpace.encode(leg.hyperparameters);
      for (let k = 0; k < 3; k++)
        expect(valuesOf(got, "coordinates")[i * 3 + k]).toBe(Math.fround(encoded[k]!));
      expect(valuesOf(got, "founder")[i]).toBe(lineage.ancestry(member, generation).at(-1));
    }
    expect(got.meta.founders).toHaveLength(members);
  });

  it("is the newest when nothing is asked", async () => {
    expect(new Set(valuesOf(await columns("/api/runs/a/population"), "generation"))).toEqual(
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
      const row = valuesOf(got, "density").slice(g * bins, (g + 1) * bins);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      const mine = valuesOf(all, "member").flatMap((_, i) =>
        valuesOf(all, "generation")[i] === g ? [valuesOf(all, "coordinates")[i * 3]!] : [],
      );
      const mean = mine.reduce((a, b) => a + b, 0) / mine.length;
      expect(valuesOf(got, "mean")[g]).toBeCloseTo(mean, 6);
      for (let b = 0; b < bins; b++) {
        const count = mine.filter((x) => Math.min(bins - 1, Math.floor(x * bins)) === b).length;
        expect(row[b]).toBeCloseTo(count / members, 6);
      }
    }
  });

  it("follows the ancestry of the best", async () => {
    const got = await columns<ProgressionMeta>("/api/runs/a/hyperparameters?name=lr");
    const { best } = await json<RunManifest>("/api/runs/a");
    const legs = lineageOf(run.events).legs(best!.member, best!.generation);
    const law = syntheticSpace.distributions[0]!;
    for (const leg of legs) {
      expect(valuesOf(got, "winner")[leg.generation]).toBeCloseTo(law.encode(leg.hyperparameters["lr"]!), 6);
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
      const row = valuesOf(got, "shares").slice(g * bands, (g + 1) * bands);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    }
    const { members: table } = await json<MemberTable>("/api/runs/a/members");
    const last = valuesOf(got, "shares").slice(-bands);
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
      parts.push(...valuesOf(page, "seq"));
      from = page.meta.next;
    }
    expect(parts).toEqual(valuesOf(whole, "seq"));
    const lineage = lineageOf(run.events);
    for (let i = 0; i < total; i++) {
      const path: string[] = [];
      for (let at = i; at >= 0; at = valuesOf(whole, "parent")[at]!) {
        path.unshift(`${valuesOf(whole, "member")[at]}/${valuesOf(whole, "generation")[at]}`);
      }
      const [member, generation] = [valuesOf(whole, "member")[i]!, valuesOf(whole, "generation")[i]!];
      const failed = Number.isNaN(valuesOf(whole, "value")[i]!);
      const legs = lineage.legs(member, generation).map((leg) => `${leg.member}/${leg.generation}`);
      expect(failed ? path.slice(0, -1) : path).toEqual(legs);
    }
    const alive = valuesOf(whole, "surviving").filter((one) => one === 1).length;
    expect(alive).toBeGreaterThan(members);
    expect(alive).toBeLessThan(total);
  });
});
