import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRunStore, type DecisionEvent, type RunReader } from "../store/index.ts";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { Library } from "./library.ts";
import { Streams } from "./stream.ts";
import type { ApiError, LogTail, RunList, RunManifest } from "./types.ts";

const folder = runsFolder();
const { get, post, json, app } = testApp([folder]);
beforeAll(() =>
  syntheticRun(join(folder, "a"), { members: 4, generations: 3, metrics: ["__proto__", "a\nb"] }),
);

const at = (name: string): string => join(folder, name);
const messageOf = async (response: Response): Promise<string> =>
  ((await response.json()) as ApiError).error.message;

describe("numbers that no page sends", () => {
  const numbers = [
    "-1",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e308",
    "-1e308",
    "5e-324",
    "1e-300",
    "0x10",
    " 7 ",
    "",
    "1,2",
    "__proto__",
    "9007199254740993",
    "1".repeat(400),
    "😀",
  ];
  const routes: readonly [string, readonly string[]][] = [
    ["generations", ["from"]],
    ["columns", ["x0", "x1", "px", "members", "smooth"]],
    ["fan", ["x0", "x1", "px"]],
    ["raster", ["x0", "x1", "px", "sort"]],
    ["population", ["from", "until"]],
    ["lineage", ["from", "limit"]],
    ["effective-fitness", ["window", "name"]],
    ["effective-fitness/pair", ["x", "y", "window"]],
    ["members/0", ["generation"]],
    ["members/0/log", ["bytes"]],
    ["members/0/schedule.csv", ["generation"]],
    ["hyperparameters", ["name"]],
    ["feed", ["after", "before", "limit", "member", "kind", "q"]],
    ["export.csv", ["what"]],
  ];

  it.each(routes)("are refused or answered by %s, and nothing breaks", async (route, parameters) => {
    for (const parameter of parameters) {
      for (const number of numbers) {
        const response = await get(`/api/runs/a/${route}?${parameter}=${encodeURIComponent(number)}`);
        await response.arrayBuffer();
        expect([parameter, number, [200, 400, 404].includes(response.status)]).toEqual([
          parameter,
          number,
          true,
        ]);
      }
    }
  });

  it("do not make an axis that has no length", async () => {
    expect((await get("/api/runs/a/fan?x0=-1e308&x1=1e308")).status).toBe(400);
    expect((await get("/api/runs/a/fan?x0=0&x1=1e308&px=16")).status).toBe(200);
  });

  it("are refused by the thousand", async () => {
    const ids = Array.from({ length: 2000 }, (_, i) => i).join(",");
    expect((await get(`/api/runs/a/columns?members=${ids}`)).status).toBe(400);
    expect((await get(`/api/compare?runs=${"a,".repeat(2000)}`)).status).toBe(400);
  });
});

describe("names of runs", () => {
  const names = [
    "__proto__",
    "constructor",
    "a b",
    "a%2fb",
    "a,b",
    "line\nend",
    "损失",
    "\u202egnp.exe",
    "'\"<b>&",
    "..a",
    "~2",
    "#k=1",
    "?q",
  ];
  it("are only names, in every route", async () => {
    const places = runsFolder();
    const other = testApp([places]);
    for (const name of names)
      await syntheticRun(join(places, name), { members: 2, generations: 2, samples: 3 });
    const listed = (await other.json<RunList>("/api/runs")).runs.map(({ run }) => run);
    expect(listed.toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      const path = `/api/runs/${encodeURIComponent(name)}`;
      expect((await other.json<RunManifest>(path)).run).toBe(name);
      for (const route of ["/fan", "/members", "/members/0", "/feed", "/export.csv", "/snapshot"]) {
        const response = await other.get(`${path}${route}`);
        expect([name, route, response.status]).toEqual([name, route, 200]);
        expect(response.headers.get("content-disposition") ?? "").toMatch(/^[\x20-\x7e]*$/);
        await response.arrayBuffer();
      }
    }
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe("two visitors at once", () => {
  it("both get whole answers, of every kind", async () => {
    for (const route of [
      "",
      "/members",
      "/feed",
      "/fan",
      "/export.csv",
      "/members/0/schedule.csv",
      "/snapshot",
    ]) {
      // A server that has nothing in memory yet: both wait for the same run to be opened.
      const fresh = testApp([folder]);
      const answers = await Promise.all(
        [1, 2, 3].map(async () => (await fresh.get(`/api/runs/a${route}`)).arrayBuffer()),
      );
      const sizes = answers.map(({ byteLength }) => byteLength);
      expect([route, sizes[0]! > 0, sizes]).toEqual([route, true, [sizes[0], sizes[0], sizes[0]]]);
    }
  });
});

describe("requests that browsers do not send", () => {
  it("are not read to their end when they are long, whatever they say of themselves", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(8192).fill(32));
      },
    });
    const request = new Request("http://127.0.0.1:4310/api/session", {
      method: "POST",
      body,
      duplex: "half",
      headers: { host: "127.0.0.1:4310", origin: "http://127.0.0.1:4310" },
    } as RequestInit);
    const response = await app.fetch(request);
    expect(response.status).toBe(400);
    expect(await messageOf(response)).toContain("longer than 16384 bytes");
    expect(pulled).toBeLessThan(10);
    expect((await post("/api/session", "{}", { "content-length": "99999999" })).status).toBe(400);
  });

  it("of other sites are refused, reading too: they could have answers made without end", async () => {
    for (const site of ["cross-site", "same-site"])
      expect((await get("/api/runs/a/snapshot", { "sec-fetch-site": site })).status).toBe(403);
    for (const site of ["same-origin", "none"])
      expect((await get("/api/runs/a", { "sec-fetch-site": site })).status).toBe(200);
    expect((await get("/", { "sec-fetch-site": "cross-site" })).status).not.toBe(403);
  });

  it("with HEAD get headers only, and leave no stream and no run open", async () => {
    const library = new Library([folder]);
    for (const path of ["/api/events?run=a", "/api/runs/a/export.csv", "/api/runs/a", "/api/runs/a/fan"]) {
      const response = await app.fetch(
        new Request(`http://127.0.0.1:4310${path}`, { method: "HEAD", headers: { host: "127.0.0.1:4310" } }),
      );
      expect([path, response.status, (await response.arrayBuffer()).byteLength]).toEqual([path, 200, 0]);
    }
    await library.close();
  });

  it("say which packing they take", async () => {
    const raster = async (accept: string) =>
      (await get("/api/runs/a/raster", { "accept-encoding": accept })).headers.get("content-encoding");
    expect(await raster("gzip, deflate, br")).toBe("gzip");
    for (const none of ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "x-gzipped"])
      expect(await raster(none)).toBeNull();
  });
});

describe("streams", () => {
  it("are at most 64; one that ends makes room", async () => {
    const library = new Library([folder]);
    const streams = new Streams(library);
    const open = Array.from({ length: 64 }, () => streams.open("a", undefined));
    expect(() => streams.open("a", undefined)).toThrow("64 pages watch already");
    await open[7]!.cancel();
    expect(streams.clients).toBe(63);
    await streams.open("a", undefined).cancel();
    for (const stream of open) await stream.cancel().catch(() => {});
    await library.close();
  });

  it("look at a run once for all who watch it", async () => {
    const library = new Library([folder]);
    const streams = new Streams(library);
    const open = Array.from({ length: 30 }, () => streams.open("a", undefined));
    let looked = 0;
    const { run, release } = await library.lease("a");
    const reader: RunReader = run.reader;
    const writer = reader.writer.bind(reader);
    reader.writer = () => {
      looked++;
      return writer();
    };
    await streams.tick();
    expect(looked).toBeLessThan(5);
    release();
    for (const stream of open) await stream.cancel();
    await library.close();
  });

  it("tell that a run is gone, and do not fall over it", async () => {
    await syntheticRun(at("going"), { members: 2, generations: 1 });
    const library = new Library([folder]);
    const streams = new Streams(library);
    const reader = streams.open("going", undefined).getReader();
    const decoder = new TextDecoder();
    const next = async () => decoder.decode((await reader.read()).value);
    expect(await next()).toContain("retry");
    expect(await next()).toContain("event: progress");
    writeFileSync(join(at("going"), "run.db"), "");
    await streams.tick();
    expect(await next()).toContain("event: runs");
    await streams.tick();
    expect(streams.clients).toBe(1);
    await reader.cancel();
    await library.close();
  });
});

describe("damage while somebody looks", () => {
  it.each<[string, (file: string) => void]>([
    ["cut to nothing", (file) => truncateSync(file, 0)],
    ["cut in half", (file) => truncateSync(file, 4096 * 3)],
    ["overwritten", (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length, 7))],
  ])("%s: the run says so, the others stay", async (name, damage) => {
    await syntheticRun(at(name), { members: 3, generations: 2 });
    expect((await get(`/api/runs/${encodeURIComponent(name)}`)).status).toBe(200);
    const whole = readFileSync(join(at(name), "run.db"));
    damage(join(at(name), "run.db"));
    for (const route of ["", "/fan", "/columns?members=1", "/feed", "/members", "/export.csv?what=samples"]) {
      const response = await get(`/api/runs/${encodeURIComponent(name)}${route}`);
      // What is in memory may still be told; nothing else may be made up.
      expect([route, [200, 503].includes(response.status)]).toEqual([route, true]);
      await response.arrayBuffer().catch(() => {});
    }
    const { runs } = await json<RunList>("/api/runs");
    expect(runs.find(({ run }) => run === "a")!.phase).toBe("ended");
    expect(runs.map(({ run }) => run)).toContain(name);
    // Restored in its place, it is read again.
    const damaged = readFileSync(join(at(name), "run.db"));
    writeFileSync(join(at(name), "run.db"), whole);
    expect((await get(`/api/runs/${encodeURIComponent(name)}`)).status).toBe(200);
    writeFileSync(join(at(name), "run.db"), damaged);
    const fresh = testApp([folder]);
    expect((await fresh.json<RunList>("/api/runs")).runs.find(({ run }) => run === name)!.phase).toBe(
      "unreadable",
    );
    expect((await fresh.get(`/api/runs/${encodeURIComponent(name)}`)).status).toBe(503);
  });

  it("an empty file, a folder and a pipe with the name of a run are no runs", async () => {
    const places = runsFolder();
    for (const name of ["empty", "folder", "pipe"]) mkdirSync(join(places, name));
    writeFileSync(join(places, "empty", "run.db"), "");
    mkdirSync(join(places, "folder", "run.db"));
    execFileSync("mkfifo", [join(places, "pipe", "run.db")]);
    const { runs } = await testApp([places]).json<RunList>("/api/runs");
    expect(runs).toMatchObject([{ run: "empty", phase: "unreadable" }]);
    expect(runs[0]!.standing).toContain("damaged, or not a run of Polytempo");
  });

  it("a log that is a pipe or a folder is no log, and nobody waits for it", async () => {
    await syntheticRun(at("logs"), { members: 3, generations: 1 });
    mkdirSync(join(at("logs"), "logs", "m01.log"), { recursive: true });
    execFileSync("mkfifo", [join(at("logs"), "logs", "m00.log")]);
    for (const member of [0, 1]) {
      expect(await json<LogTail>(`/api/runs/logs/members/${member}/log`)).toMatchObject({ exists: false });
    }
  });
});

describe("a log that makes no sense", () => {
  const event = (
    kind: DecisionEvent["kind"],
    member: number | null,
    body: object,
    generation = 0,
  ): DecisionEvent => ({
    kind,
    member,
    generation,
    body: body as DecisionEvent["body"],
  });
  const run = (more: object = {}) =>
    event("run", null, {
      members: 2,
      seed: 1,
      interval: 5,
      mode: "synchronous",
      metric: { name: "x", mode: "min" },
      stop: {},
      rules: {},
      space: [],
      ...more,
    });
  const evaluation = { status: "ok", step: 5, value: 1, checkpoint: null };
  it.each<[string, readonly DecisionEvent[]]>([
    ["a thousand million members", [run({ members: 1e9 })]],
    ["no number of members", [run({ members: "two" })]],
    ["a space of another program", [run({ space: [{ name: "x", kind: "surprise" }] })]],
    ["an event before the run", [event("evaluation", 0, evaluation)]],
    ["a member that was never founded", [run(), event("evaluation", 7, evaluation)]],
    [
      "a generation a thousand million later",
      [run(), event("founder", 0, { hyperparameters: {} }), event("evaluation", 0, evaluation, 1e9)],
    ],
    ["a generation without diagnostics", [run(), event("generation", null, null as unknown as object)]],
  ])("%s: the run cannot be read and says why, again and again, and the others can", async (name, events) => {
    const store = await createRunStore(at(name));
    store.appendDecisions(events);
    store.close();
    const paths = ["", "/members", "/fan", "/feed", ""];
    for (const path of paths) {
      const response = await get(`/api/runs/${encodeURIComponent(name)}${path}`);
      expect([path, response.status]).toEqual([path, 503]);
      expect(await messageOf(response)).toMatch(/makes no sense/);
    }
    const { runs } = await json<RunList>("/api/runs");
    expect(runs.map(({ run: one }) => one)).toContain("a");
  });
});
