import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeColumns } from "../figures/index.ts";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { Library } from "./library.ts";
import { Routes } from "./routes.ts";
import { snapshotKey, snapshotOf } from "./snapshot.ts";
import type { RunList, RunManifest, SnapshotMeta } from "./types.ts";

const folder = runsFolder();
const { get } = testApp([folder]);
beforeAll(async () => {
  await syntheticRun(join(folder, "a b"), { members: 6, generations: 5 });
  await syntheticRun(join(folder, "second"), { members: 4, generations: 3, samples: 0 });
});

const open = (bytes: Uint8Array) => decodeColumns<SnapshotMeta>(new Uint8Array(gunzipSync(bytes)));

describe("a snapshot", () => {
  it("holds, under each canonical request, exactly what the server answers", async () => {
    const response = await get(`/api/runs/${encodeURIComponent("a b")}/snapshot`);
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="a_b.polytempo"');
    const { meta, arrays } = open(new Uint8Array(await response.arrayBuffer()));
    expect(meta).toMatchObject({ format: "polytempo-snapshot", version: 1, runs: ["a b"], leftOut: [] });
    expect((meta.json["/runs"] as unknown as RunList).runs).toMatchObject([{ run: "a b", phase: "ended" }]);
    const keys = Object.keys(meta.json).filter((key) => key !== "/runs");
    expect(keys).toEqual(
      expect.arrayContaining(["/runs/a%20b", "/runs/a%20b/members", "/runs/a%20b/members/5"]),
    );
    for (const key of keys) {
      expect(await (await get(`/api${key}`)).json()).toEqual(meta.json[key]);
    }
    expect(meta.binary.length).toBeGreaterThan(15);
    for (const key of meta.binary) {
      const { meta: answer, arrays: given } = decodeColumns(
        new Uint8Array(await (await get(`/api${key}`)).arrayBuffer()),
      );
      const held = decodeColumns(arrays[key]!.values as Uint8Array);
      expect({ ...(held.meta as object), version: 0 }).toEqual({ ...(answer as object), version: 0 });
      expect(held.arrays).toEqual(given);
    }
  });

  it("leaves out what does not fit, the least needed first, and says so", async () => {
    const library = new Library([folder]);
    const run = await library.open("a b");
    const routes = new Routes({ readOnly: true });
    const small = open(await snapshotOf([run], routes, { version: "0", mostBytes: 12_000, now: () => 5 }));
    expect(small.meta.madeMs).toBe(5);
    expect(small.meta.leftOut.length).toBeGreaterThan(5);
    expect(small.meta.binary).toContain("/runs/a%20b/fan?metric=loss&px=1500");
    await library.close();
  });

  /** Members whose curves are in a file, in its order. */
  const membersIn = (meta: SnapshotMeta): number[] =>
    meta.binary.flatMap((key) => /columns\?members=(\d+)/.exec(key)?.[1] ?? []).map(Number);

  it("tells of the winner's line and then of the best members, and of how many it does", async () => {
    await syntheticRun(join(folder, "many"), { members: 260, generations: 2, samples: 2 });
    const library = new Library([folder]);
    const run = await library.open("many");
    const { meta } = open(await snapshotOf([run], new Routes({ readOnly: true }), { version: "0" }));
    expect(meta.members).toEqual({ many: { held: 256, of: 260 } });
    const held = membersIn(meta);
    const line = (meta.json["/runs/many"] as unknown as RunManifest).best!.ancestry;
    expect(held.slice(0, line.length)).toEqual(line);
    const rest = held.slice(line.length).map((member) => run.fold.members[member]!.value ?? Infinity);
    expect(rest).toEqual(rest.toSorted((a, b) => a - b));
    for (const member of held) expect(meta.json[`/runs/many/members/${member}`]).toBeDefined();
    await library.close();
  });

  it("keeps to its size, and says how many members found a place", async () => {
    await syntheticRun(join(folder, "small"), { members: 40, generations: 3, samples: 100 });
    const library = new Library([folder]);
    const run = await library.open("small");
    const routes = new Routes({ readOnly: true });
    const mostBytes = 90_000;
    const bytes = await snapshotOf([run], routes, { version: "0", mostBytes });
    expect(bytes.length).toBeLessThan(1.2 * mostBytes);
    expect(bytes.length).toBeGreaterThan(0.6 * mostBytes);
    const { meta } = open(bytes);
    const held = membersIn(meta);
    expect(held.length).toBeGreaterThan(2);
    expect(held.length).toBeLessThan(40);
    expect(meta.members).toEqual({ small: { held: held.length, of: 40 } });
    await library.close();
  });

  it("of several runs holds their comparison", async () => {
    const library = new Library([folder]);
    const runs = [await library.open("a b"), await library.open("second")];
    const { meta } = open(await snapshotOf(runs, new Routes({ readOnly: true }), { version: "0" }));
    expect(meta.binary).toContain(snapshotKey("/compare", { runs: "a b,second" }));
    await library.close();
  });
});
