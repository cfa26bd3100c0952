import { expect, it } from "vitest";
import { generations, members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type { LineageMeta } from "../types.ts";

const { columns, get } = viewedRuns();

it("gives the newest segments where not all are asked for, with their rows in the whole feed", async () => {
  const all = await columns<LineageMeta>("/api/runs/a/lineage");
  expect(all.meta).toEqual({ first: 0, total: members * generations, next: null });
  const newest = await columns<LineageMeta>("/api/runs/a/lineage?limit=20&newest=1");
  expect(newest.meta).toEqual({
    first: members * generations - 20,
    total: members * generations,
    next: null,
  });
  for (const name of Object.keys(all.arrays))
    expect(valuesOf(newest, name)).toEqual(valuesOf(all, name).slice(-20));
  const more = await columns<LineageMeta>("/api/runs/a/lineage?limit=100000&newest=1");
  expect(more.meta).toEqual(all.meta);
  expect((await get("/api/runs/a/lineage?newest=2")).status).toBe(400);
});
