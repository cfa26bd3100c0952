import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const executable = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));

const folder = (name: string): string => fileURLToPath(new URL(`../${name}/index.ts`, import.meta.url));

/** What the page runs: the same population with 1 and 2 workers, and what came out. */
const entry = `
import { agentKernel, threads, wasm } from ${JSON.stringify(folder("executors"))};
import { key } from ${JSON.stringify(folder("random"))};
import { Trace } from ${JSON.stringify(folder("tensor"))};

async function population(workers) {
  const t = new Trace();
  const w = t.parameter("w", [20, 20]);
  t.update("w", w.matmul(w).tanh().add(t.normal("noise", [20, 20]).mul(0.1)));
  const session = await wasm.compile({ p: t.program() }, { members: 5, key: key(1), workers });
  await session.step("p", 6, 0);
  const weights = Array.from(session.read("w", "all"));
  await session.close();
  return weights;
}

async function agents() {
  const kernel = await agentKernel({
    agents: 50, dimensions: 2, potential: (theta) => theta.square().sum(),
    stepSize: 0.1, temperature: 0.5, key: key(2), workers: 2,
  });
  await kernel.advance(10);
  const positions = Array.from(kernel.positions());
  await kernel.close();
  return positions;
}

globalThis.results = (async () => ({
  isolated: globalThis.crossOriginIsolated,
  threads: threads(),
  one: await population(1),
  two: await population(2),
  agents: await agents(),
}))();
`;

interface Results {
  readonly isolated: boolean;
  readonly threads: boolean;
  readonly one: number[];
  readonly two: number[];
  readonly agents: number[];
}

async function bundled(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "virtual:page" ? id : undefined),
        load: (id) => (id === "virtual:page" ? entry : undefined),
      },
    ],
    build: { write: false, minify: true, rollupOptions: { input: "virtual:page" } },
  });
  const [first] = Array.isArray(made) ? made : [made];
  if (first === undefined || !("output" in first)) throw new Error("vite gave no output");
  return first.output[0].code;
}

describe.runIf(executable !== undefined)("in a page of headless Chromium", () => {
  let browser: Browser;
  let server: Server;
  let base: string;

  beforeAll(async () => {
    const code = await bundled();
    server = createServer((request, response) => {
      if (request.url?.startsWith("/isolated") === true) {
        response.setHeader("cross-origin-opener-policy", "same-origin");
        response.setHeader("cross-origin-embedder-policy", "require-corp");
      }
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>Population</title><script type="module">${code}</script>`);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: executable!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(path: string): Promise<Results> {
    const page = await browser.newPage();
    await page.goto(base + path);
    const results = await page.evaluate<Results>("globalThis.results");
    await page.close();
    return results;
  }

  it("runs with threads where the page is isolated, without them elsewhere, and as in Node, bit for bit", async () => {
    const isolated = await open("/isolated");
    const plain = await open("/plain");
    expect([isolated.isolated, isolated.threads]).toEqual([true, true]);
    expect([plain.isolated, plain.threads]).toEqual([false, false]);
    expect(isolated.two).toEqual(isolated.one);
    expect(plain.one).toEqual(isolated.one);
    expect(plain.two).toEqual(isolated.one);
    expect(plain.agents).toEqual(isolated.agents);

    const scope = globalThis as { results?: Promise<Results> };
    await import(`data:text/javascript,${encodeURIComponent(await bundled())}`);
    const here = await scope.results!;
    expect(here.one).toEqual(isolated.one);
    expect(here.agents).toEqual(isolated.agents);
  });
});
