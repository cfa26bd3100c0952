import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { choice, searchSpace, uniform } from "../space/index.ts";
import { createRunStore, type RunStore } from "../store/index.ts";
import { readAssets } from "./assets.ts";
import { runsFolder, testApp, token } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { startDashboard } from "./serve.ts";
import type { ApiError, ControlAnswer, Feed, LogTail, RunList, RunManifest, SessionFacts } from "./types.ts";

const folder = runsFolder();
const page = runsFolder();
const markup = "<img src=x onerror=alert(1)>";
const readAssetsOf = () => readAssets(page);
const { get, post, json, login } = testApp([folder], { assets: lazyAssets() });

/** The page's files are made in `beforeAll`; the app is made before. */
function lazyAssets() {
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(
    join(page, "index.html"),
    '<!doctype html><meta name="nonce" content="__NONCE__"><script src="/assets/app-1a2b3c4d.js"></script>',
  );
  writeFileSync(join(page, "assets", "app-1a2b3c4d.js"), "export {};");
  writeFileSync(join(page, "assets", "notes.secret"), "not a file of the page");
  return readAssetsOf();
}

let live: RunStore;
beforeAll(async () => {
  await syntheticRun(join(folder, markup), {
    members: 3,
    generations: 2,
    log: `first line\n${markup}\n`,
    metrics: [markup],
    space: searchSpace({ x: uniform(0, 1), kind: choice([markup, "</script>"]) }),
    before: (store) => {
      store.appendOperation({ kind: "warning", member: 1, detail: { message: markup } });
    },
  });
  await syntheticRun(join(folder, "done"), { members: 3, generations: 2 });
  await syntheticRun(join(folder, "live"), { members: 3, generations: 2, ended: false });
  const { openRunStore } = await import("../store/index.ts");
  live = await openRunStore(join(folder, "live"));
  await createRunStore(join(folder, "empty")).then((store) => store.close());
  writeFileSync(join(folder, "secret.txt"), "secret");
  return () => live.close();
});

const errorOf = async (response: Response): Promise<string> =>
  ((await response.json()) as ApiError).error.kind;

describe("who may ask", () => {
  it.each(["evil.example", "evil.example:4310", "127.0.0.1.evil.example", "", "localhost.evil", "10.0.0.5"])(
    "refuses a Host that is not this machine's own: %s",
    async (host) => {
      for (const path of ["/", "/api/runs", "/api/runs/done", "/api/events", "/assets/app-1a2b3c4d.js"]) {
        const response = await get(path, { host });
        expect(response.status).toBe(403);
        expect(await errorOf(response)).toBe("host");
      }
      expect((await post("/api/session", { token }, { host, origin: `http://${host}` })).status).toBe(403);
    },
  );

  it.each(["127.0.0.1", "localhost:4310", "[::1]:4310", "LOCALHOST"])("answers to %s", async (host) => {
    expect((await get("/api/runs", { host })).status).toBe(200);
  });

  it("answers to a listed name, and only to that", async () => {
    const listed = testApp([folder], { hosts: ["lab.example"] });
    expect((await listed.get("/api/runs", { host: "lab.example:4310" })).status).toBe(200);
    expect((await listed.get("/api/runs", { host: "evil.example" })).status).toBe(403);
  });

  it("gives other machines nothing without the cookie, not even to read", async () => {
    const open = testApp([folder], { host: "0.0.0.0" });
    expect((await open.get("/api/runs", { host: "192.168.1.5:4310" })).status).toBe(403);
    expect((await open.get("/api/session", { host: "192.168.1.5:4310" })).status).toBe(200);
    const cookie = await open.login();
    expect((await open.get("/api/runs", { host: "192.168.1.5:4310", cookie })).status).toBe(200);
    expect((await open.get("/api/runs", { host: "evil.example", cookie })).status).toBe(403);
  });

  it("does not start open to others without a token of decent length", async () => {
    const options = { places: [folder], version: "0.0.0", host: "0.0.0.0", port: 0 };
    await expect(startDashboard(options)).rejects.toThrow("--host 0.0.0.0: other machines could reach");
    await expect(startDashboard({ ...options, token: "short" })).rejects.toThrow("at least 16 characters");
  });
});

describe("who may control", () => {
  const pause = { action: "pause" };
  const path = "/api/runs/live/controls";

  it("needs the token once, and then the cookie", async () => {
    expect(await json<SessionFacts>("/api/session")).toMatchObject({ controls: true, authorised: false });
    expect((await post(path, pause)).status).toBe(403);
    for (const wrong of [{ token: "wrong" }, {}, { token: null }, { token: [token] }, "null"]) {
      expect((await post("/api/session", wrong)).status).toBe(403);
    }
    const response = await post("/api/session", { token });
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toMatch(
      /^polytempo_\w+=[\w-]{22}; Path=\/api; HttpOnly; SameSite=Strict$/,
    );
    expect(response.headers.get("set-cookie")).not.toContain(token);
    const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
    expect(await (await get("/api/session", { cookie })).json()).toMatchObject({ authorised: true });
    expect((await post(path, pause, { cookie })).status).toBe(202);
    expect((await post(path, pause, { cookie: `${cookie}x` })).status).toBe(403);
    expect((await post(path, pause, { cookie: `polytempo=${token}` })).status).toBe(403);
  });

  it.each([
    ["another site", { origin: "https://evil.example" }],
    ["another port of this machine", { origin: "http://127.0.0.1:9999" }],
    ["a page without an origin", { origin: "null" }],
    ["no Origin at all", { origin: "" }],
    ["a file", { origin: "file://127.0.0.1:4310" }],
    ["what a browser calls cross-site", { "sec-fetch-site": "cross-site" }],
    ["what a browser calls same-site", { "sec-fetch-site": "same-site" }],
  ])("refuses a POST from %s, with the cookie too", async (_, headers) => {
    const cookie = await login();
    const response = await post(path, pause, { cookie, ...headers });
    expect(response.status).toBe(403);
    expect(await errorOf(response)).toBe("origin");
  });

  it("takes requests of live runs only, and none with --read-only", async () => {
    const cookie = await login();
    expect((await post("/api/runs/done/controls", pause, { cookie })).status).toBe(409);
    expect((await post("/api/runs/empty/controls", pause, { cookie })).status).toBe(404);
    expect((await post("/api/runs/none/controls", pause, { cookie })).status).toBe(404);
    const silent = testApp([folder], { readOnly: true });
    const own = await silent.login();
    const response = await silent.post(path, pause, { cookie: own });
    expect([response.status, await errorOf(response)]).toEqual([403, "read-only"]);
    expect((await silent.json<RunManifest>("/api/runs/live")).controllable).toBe(false);
    expect((await json<RunManifest>("/api/runs/done")).controllable).toBe(false);
    expect((await json<RunManifest>("/api/runs/live")).controllable).toBe(true);
  });

  it("writes what was asked as a person's request, and says what it will do", async () => {
    const cookie = await login();
    const before = live.pendingControls().length;
    const ask = async (body: unknown) => await post(path, body, { cookie });
    const retire = await ask({ action: "retire", member: 2 });
    expect(((await retire.json()) as ControlAnswer).effect).toContain("m02 trains no more");
    expect((await ask({ action: "change-stop", stop: { steps: 900 } })).status).toBe(202);
    expect((await ask({ action: "stop-now" })).status).toBe(202);
    expect(live.pendingControls().slice(before)).toMatchObject([
      { action: "retire", member: 2, by: "human", detail: null },
      { action: "change-stop", member: null, by: "human", detail: { steps: 900 } },
      { action: "stop-now", by: "human" },
    ]);
  });

  it.each<unknown>([
    { action: "format-disk" },
    { action: "retire" },
    { action: "retire", member: 99 },
    { action: "retire", member: "1" },
    { action: "change-stop" },
    { action: "change-stop", stop: { steps: -1 } },
    { action: "change-stop", stop: { hours: 1 } },
    { action: ["pause"] },
    "not JSON",
    "[]",
    "null",
  ])("refuses a request that makes no sense: %j", async (body) => {
    const cookie = await login();
    const before = live.pendingControls().length;
    expect((await post(path, body, { cookie })).status).toBe(400);
    expect(live.pendingControls()).toHaveLength(before);
  });

  it("reads no long request", async () => {
    const cookie = await login();
    const long = { action: "pause", padding: "x".repeat(20_000) };
    expect((await post(path, long, { cookie })).status).toBe(400);
  });

  it("knows no other methods", async () => {
    const { app } = testApp([folder]);
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await app.fetch(new Request("http://127.0.0.1/api/runs", { method }));
      expect(response.status).toBe(405);
    }
  });
});

describe("paths", () => {
  const evil = [
    "..",
    "../..",
    "../secret.txt",
    "/etc/passwd",
    "..\\secret.txt",
    "\0",
    "done/../../secret.txt",
    "%2e%2e",
  ];
  const routes = [
    "",
    "/generations",
    "/columns",
    "/fan",
    "/raster",
    "/population",
    "/hyperparameters",
    "/shares",
    "/lineage",
    "/effective-fitness",
    "/effective-fitness/pair",
    "/separation",
    "/members",
    "/members/0",
    "/members/0/schedule.csv",
    "/members/0/log",
    "/feed",
    "/export.csv",
    "/snapshot",
  ];

  it.each(evil)("are never made from a run's name: %j", async (name) => {
    for (const route of routes) {
      const response = await get(`/api/runs/${encodeURIComponent(name)}${route}`);
      expect([route, response.status]).toEqual([route, 404]);
    }
    expect((await get(`/api/events?run=${encodeURIComponent(name)}`)).status).toBe(404);
    expect((await get(`/api/compare?runs=done,${encodeURIComponent(name)}`)).status).toBe(404);
    const cookie = await login();
    const control = await post(
      `/api/runs/${encodeURIComponent(name)}/controls`,
      { action: "pause" },
      { cookie },
    );
    expect(control.status).toBe(404);
  });

  // An address with ".." as a word is shortened by every client before it is sent.
  it.each(evil.filter((name) => name !== ".."))("are never made from a member: %j", async (name) => {
    for (const route of ["", "/log", "/schedule.csv"]) {
      const response = await get(`/api/runs/done/members/${encodeURIComponent(name)}${route}`);
      expect([route, response.status]).toEqual([route, 404]);
    }
  });

  it("of the page's files are those that were listed", async () => {
    expect((await get("/assets/app-1a2b3c4d.js")).headers.get("cache-control")).toContain("immutable");
    for (const path of [
      "/assets/../../secret.txt",
      "/assets/%2e%2e%2fsecret.txt",
      "/assets/notes.secret",
      "/assets/",
    ]) {
      const response = await get(path);
      const text = await response.text();
      expect(text).not.toContain("secret");
      expect(text).not.toContain("not a file");
    }
    expect((await get("/assets/missing-12345678.js")).status).toBe(404);
  });

  it("of routes that are not there say so as JSON", async () => {
    for (const path of [
      "/api",
      "/api/",
      "/api/nothing",
      "/api/runs/done/nothing",
      "/api/runs/done/members/0/x/y",
    ]) {
      const response = await get(path);
      if (path === "/api") continue;
      expect([path, response.status]).toEqual([path, 404]);
      expect(await errorOf(response)).toBe("missing");
    }
  });
});

describe("what browsers are told", () => {
  it("lets the page load nothing but its own files, on every answer", async () => {
    for (const path of ["/", "/api/runs", "/api/none", "/assets/app-1a2b3c4d.js", "/runs/done/overview"]) {
      const { headers } = await get(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'self';");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(policy).toMatch(/style-src 'self' 'nonce-[\w+/]{22}==';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("puts the nonce of the policy into the page, another one each time", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const response = await get("/");
      const nonce = /content="([^"]+)"/.exec(await response.text())![1]!;
      expect(response.headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
      seen.add(nonce);
    }
    expect(seen.size).toBe(2);
  });
});

describe("markup in names and logs", () => {
  const run = `/api/runs/${encodeURIComponent(markup)}`;
  it("is text within JSON, never a page", async () => {
    const list = await get("/api/runs");
    expect(list.headers.get("content-type")).toBe("application/json");
    expect(((await list.json()) as RunList).runs.map((one) => one.run)).toContain(markup);
    for (const path of ["", "/members", "/members/0", "/feed", "/effective-fitness", "/members/0/log"]) {
      expect((await get(`${run}${path}`)).headers.get("content-type")).toBe("application/json");
    }
    expect((await json<LogTail>(`${run}/members/0/log`)).text).toContain(markup);
    expect((await json<Feed>(`${run}/feed?q=onerror`)).entries).toMatchObject([
      { kind: "warning", member: 1 },
    ]);
    const manifest = await json<RunManifest>(run);
    expect(manifest.metrics).toContain(markup);
    expect(manifest.hyperparameters[1]!.ticks.map(({ value }) => value)).toEqual([markup, "</script>"]);
  });

  it("does not get into headers of downloads", async () => {
    const response = await get(`${run}/export.csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/);
  });

  it("in an address that fails comes back as JSON", async () => {
    const response = await get(`/api/runs/done/hyperparameters?name=${encodeURIComponent(markup)}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/json");
  });
});
