import { describe, expect, it } from "vitest";
import { decodeColumns } from "../../figures/index.ts";
import { memberName } from "../../population/index.ts";
import { generations, members, valuesOf, viewedRuns } from "../fixtures/viewedRuns.ts";
import type { CompareMeta, Feed } from "../types.ts";

const { columns, get, json, run } = viewedRuns();

describe("the feed", () => {
  it("holds copies, failures, generations and operations, newest first", async () => {
    const feed = await json<Feed>("/api/runs/a/feed?limit=500");
    const kinds = (kind: string) => feed.entries.filter((entry) => entry.kind === kind);
    expect(kinds("copy")).toHaveLength(
      run.decisions().filter(({ body }) => body["action"] === "copy").length,
    );
    expect(kinds("generation").map(({ generation }) => generation)).toEqual(
      [...Array(generations).keys()].toReversed(),
    );
    expect(feed.entries[0]).toMatchObject({ kind: "end", log: "decisions" });
    expect(feed.entries.at(-1)!.kind).toBe("run");
    expect(feed.next).toBeNull();
    // In words, generations counted from 1, no records as they are stored.
    expect(feed.entries[0]!.text).toMatch(/^The run ended: its (steps|generations) are used up\.$/);
    expect(kinds("generation")[0]!.text).toMatch(
      new RegExp(`^Generation ${generations}: best \\S+ by m\\d+, \\d+ cop`),
    );
    expect(feed.entries.filter(({ text }) => /[{}"]/.test(text))).toEqual([]);
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
      run.evaluations().filter(({ body }) => body["status"] === "failed").length,
    );
    const one = await json<Feed>("/api/runs/a/feed?member=3&kind=copy&limit=500");
    expect(one.entries.every(({ member }) => member === 3)).toBe(true);
    const after = await json<Feed>(`/api/runs/a/feed?after=${run.events.length - 1},1`);
    expect(after.entries.filter(({ log }) => log === "decisions").map(({ kind }) => kind)).toEqual(["end"]);
    expect((await get("/api/runs/a/feed?before=abc")).status).toBe(400);
  });
});

describe("the feed of a generation", () => {
  it("begins with its close, and goes on as the whole does", async () => {
    const whole = (await json<Feed>("/api/runs/a/feed?limit=500")).entries;
    for (const generation of [0, 3, generations - 2]) {
      const { entries } = await json<Feed>(`/api/runs/a/feed?limit=500&until=${generation}`);
      expect(entries[0]).toMatchObject({ kind: "generation", generation });
      const ids = entries.map(({ id }) => id);
      expect(ids).toEqual(whole.map(({ id }) => id).slice(-ids.length));
    }
    expect((await json<Feed>(`/api/runs/a/feed?limit=500&until=${generations}`)).entries).toEqual(whole);
    expect((await get("/api/runs/a/feed?until=-1")).status).toBe(400);
  });

  it("tells which hyperparameters a decision changed, and finds such decisions", async () => {
    const { entries } = await json<Feed>("/api/runs/a/feed?limit=500&kind=mutation");
    const decided = run.decisions();
    const before = (member: number, generation: number): Record<string, unknown> => {
      const last = decided.findLast(
        (event) => event.member === member && event.generation === generation - 1,
      );
      const founder = run.events.find((event) => event.kind === "founder" && event.member === member);
      return (last ?? founder)!.body["hyperparameters"] as Record<string, unknown>;
    };
    const expected = decided.flatMap(({ member, generation, body }) => {
      const from = body["checkpoint"] as { member: number; generation: number } | null;
      if (from === null) return [];
      const old = before(from.member, from.generation);
      const now = body["hyperparameters"] as Record<string, unknown>;
      const names = Object.keys(now).filter((name) => now[name] !== old[name]);
      return names.length === 0 ? [] : [`${generation} ${member} ${names.toSorted().join()}`];
    });
    expect(expected.length).toBeGreaterThan(10);
    const namesIn = (changes: string): string =>
      changes
        .split(", ")
        .map((change) => /^(\S+) \S+ → \S+$/.exec(change)![1]!)
        .toSorted()
        .join();
    expect(
      entries
        .map(({ member, generation, changes }) => `${generation} ${member} ${namesIn(changes!)}`)
        .toSorted(),
    ).toEqual(expected.toSorted());
    expect(entries[0]!.text).toContain(entries[0]!.changes!);
  });
});

describe("exports", () => {
  it("hold every sample", async () => {
    const lines = (await (await get("/api/runs/a/export.csv?what=samples")).text()).trim().split("\n");
    const expected = [...Array(members).keys()].flatMap((member) =>
      ["loss", "speed"].flatMap((metric) =>
        run.reader
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
    expect(valuesOf(got, "bestSoFar0").at(-1)).toBe(Math.fround(a!.best!));
    const endOfB = valuesOf(got, "bestSoFar1").findLast((value) => !Number.isNaN(value));
    expect(endOfB).toBe(Math.fround(b!.best!));
    const budget = valuesOf(got, "bestByEvaluations0").findLast((value) => !Number.isNaN(value));
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
