import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AnswerCache } from "./cache.ts";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { Library } from "./library.ts";
import type { RunList } from "./types.ts";

describe("the library of runs", () => {
  it("lists a damaged run with the reason, and the others as if it were not there", async () => {
    const folder = runsFolder();
    await syntheticRun(join(folder, "sound"), { members: 2, generations: 1 });
    mkdirSync(join(folder, "damaged"));
    writeFileSync(
      join(folder, "damaged", "run.db"),
      "this is no database, and long enough to be looked at".repeat(200),
    );
    mkdirSync(join(folder, "not a run"));
    const { json, get } = testApp([folder]);
    const { runs } = await json<RunList>("/api/runs");
    expect(runs.map(({ run, phase }) => `${run} ${phase}`).toSorted()).toEqual([
      "damaged unreadable",
      "sound ended",
    ]);
    expect(runs.find(({ run }) => run === "damaged")!.standing).toContain("run.db");
    expect((await get("/api/runs/damaged")).status).toBe(503);
    expect((await get("/api/runs/sound")).status).toBe(200);
  });

  it("shows runs of several places, gives equal names different ones, and follows what comes and goes", async () => {
    const [one, two] = [runsFolder(), runsFolder()];
    await syntheticRun(join(one, "a"), { members: 2, generations: 1 });
    await syntheticRun(join(two, "a"), { members: 3, generations: 1 });
    symlinkSync(join(two, "a"), join(two, "linked"));
    const library = new Library([join(one, "a"), two, join(one, "missing")]);
    const listed = async () =>
      (await library.list()).runs.map(({ run, members }) => `${run} ${members}`).toSorted();
    expect(await listed()).toEqual(["a 2", "a~2 3", "linked 3"]);
    expect((await library.open("a~2")).facts.members).toBe(3);
    await syntheticRun(join(two, "new"), { members: 4, generations: 1 });
    expect(await listed()).toContain("new 4");
    rmSync(join(two, "new"), { recursive: true });
    expect(await listed()).not.toContain("new 4");
    await expect(library.open("new")).rejects.toMatchObject({ status: 404 });
    await library.close();
  });

  it("reads a run anew that was deleted and made again under its name", async () => {
    const folder = runsFolder();
    await syntheticRun(join(folder, "r"), { members: 2, generations: 1 });
    const library = new Library([folder]);
    expect((await library.open("r")).facts.members).toBe(2);
    rmSync(join(folder, "r"), { recursive: true });
    await syntheticRun(join(folder, "r"), { members: 5, generations: 1 });
    expect((await library.open("r")).facts.members).toBe(5);
    await library.close();
  });

  it("closes what nobody asked for in half a minute, of more than eight runs, and says which", async () => {
    const folder = runsFolder();
    for (let i = 0; i < 10; i++)
      await syntheticRun(join(folder, `r${i}`), { members: 2, generations: 1, samples: 0 });
    const closed: string[] = [];
    let now = 0;
    const library = new Library(
      [folder],
      (run) => closed.push(run),
      () => now,
    );
    const all = async () => {
      for (let i = 0; i < 10; i++) await library.open(`r${i}`);
    };
    await all();
    // Ten pages that watch ten runs would otherwise have them opened and read again with every message.
    now += 29_000;
    await all();
    expect(closed).toEqual([]);
    now += 30_000;
    await library.open("r9");
    expect(closed).toEqual(["r0", "r1"]);
    expect((await library.open("r0")).facts.members).toBe(2);
    await library.close();
  });

  it("keeps a run readable for whoever holds it, although it is closed meanwhile", async () => {
    const folder = runsFolder();
    await syntheticRun(join(folder, "r"), { members: 2, generations: 1 });
    const library = new Library([folder]);
    const { run, release } = await library.lease("r");
    await library.close();
    expect(run.reader.metrics("loss", 0)).toHaveLength(20);
    release();
    release();
    expect(() => run.reader.metrics("loss", 0)).toThrow();
  });
});

describe("the cache of answers", () => {
  const sized = (value: string, bytes = 10) => ({ value, bytes });

  it("gives an answer again until its run changes", async () => {
    const cache = new AnswerCache<string>(1000, () => 0);
    let made = 0;
    const get = (version: number) => cache.get("a", version, false, () => sized(`v${++made}`));
    expect([await get(1), await get(1), await get(2)]).toEqual(["v1", "v1", "v2"]);
  });

  it("of a live run gives an expensive answer again for as long as it is worth, a cheap one anew", async () => {
    let now = 0;
    const cache = new AnswerCache<number>(1000, () => now);
    const get = (version: number, costMs: number) =>
      cache.get("a", version, true, () => {
        now += costMs;
        return { value: version, bytes: 1 };
      });
    expect(await get(0, 1000)).toBe(0);
    expect(await get(1, 100)).toBe(1);
    now += 100 / 0.015 - 1;
    expect(await get(2, 100)).toBe(1);
    now += 2;
    expect(await get(3, 0)).toBe(3);
    expect(await get(4, 0)).toBe(4);
  });

  it("of a live run keeps all expensive answers together to the share of one", async () => {
    let now = 0;
    const cache = new AnswerCache<number>(1000, () => now);
    const made = new Map<string, number>();
    const until = 600_000;
    for (let version = 1; now < until; version++) {
      for (const [key, costMs] of [
        ["fan", 20],
        ["raster", 60],
        ["lines", 0.5],
      ] as const) {
        await cache.get(key, version, true, () => {
          now += costMs;
          made.set(key, (made.get(key) ?? 0) + costMs);
          return { value: version, bytes: 1 };
        });
      }
      now += 250;
    }
    const [fan, raster, lines] = ["fan", "raster", "lines"].map((key) => made.get(key)! / now);
    expect(fan! + raster!).toBeLessThan(0.015);
    expect(fan! + raster!).toBeGreaterThan(0.012);
    expect(Math.abs(fan! - raster!)).toBeLessThan(0.002);
    // Each time that it is asked for.
    expect(lines).toBeCloseTo(0.5 / 251, 3);
  });

  it("hands what it kept to whoever makes it anew, and believes its maker which version it is of", async () => {
    const cache = new AnswerCache<string>(1000, () => 0);
    const seen: (string | undefined)[] = [];
    const get = (version: number, from?: number) =>
      cache.get("a", version, false, (before) => {
        seen.push(before);
        return { ...sized(`v${version}`), ...(from === undefined ? {} : { version: from }) };
      });
    expect([await get(1), await get(2, 1), await get(2), await get(2)]).toEqual(["v1", "v2", "v2", "v2"]);
    expect(seen).toEqual([undefined, "v1", "v2"]);
    const failing = () => Promise.reject(new Error("no"));
    await expect(cache.get("a", 3, false, failing)).rejects.toThrow("no");
    await get(4);
    expect(seen.at(-1)).toBeUndefined();
  });

  it("makes one answer for readers at the same time, and none for a failure", async () => {
    const cache = new AnswerCache<string>(1000, () => 0);
    let made = 0;
    const make = async () => {
      await Promise.resolve();
      made++;
      return sized("x");
    };
    await Promise.all([cache.get("a", 1, false, make), cache.get("a", 1, false, make)]);
    expect(made).toBe(1);
    const failing = () => Promise.reject(new Error("no"));
    await expect(cache.get("b", 1, false, failing)).rejects.toThrow("no");
    expect(await cache.get("b", 1, false, make)).toBe("x");
  });

  it("drops what was used longest ago, and never what it has just made", async () => {
    const cache = new AnswerCache<string>(100, () => 0);
    for (const key of ["a", "b", "c"]) await cache.get(key, 1, false, () => sized(key, 40));
    expect(cache.bytes).toBe(80);
    let again = 0;
    await cache.get("b", 1, false, () => sized(`again ${++again}`, 40));
    expect(again).toBe(0);
    await cache.get("a", 1, false, () => sized(`again ${++again}`, 40));
    expect(again).toBe(1);
    await cache.get("large", 1, false, () => sized("large", 500));
    expect(cache.bytes).toBe(500);
    cache.forget("large");
    expect(cache.bytes).toBe(0);
  });
});
