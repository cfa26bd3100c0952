import { existsSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface State {
  readonly generation: number;
  readonly losses: number[];
  readonly picture: Float32Array;
}

interface Finished {
  readonly isolated: boolean;
  readonly threads: boolean;
  readonly losses: number[][];
}

const load = async (name: string): Promise<unknown> => import(new URL(name, import.meta.url).href);
const { population } = (await load("./population.mjs")) as {
  readonly population: (options: object) => AsyncIterable<State>;
};
const { serve } = (await load("./serve.mjs")) as { readonly serve: () => Promise<Server> };

const options = { members: 12, generations: 4, interval: 40, seed: 3 };

async function inNode(workers: number): Promise<number[][]> {
  const losses: number[][] = [];
  for await (const state of population({ ...options, workers })) losses.push(state.losses);
  return losses;
}

const executable = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));

describe("the population of the page", () => {
  it("learns in Node, with the same numbers for one and for two workers", async () => {
    const one = await inNode(1);
    expect(await inNode(2)).toEqual(one);
    expect(Math.min(...one[3]!)).toBeLessThan(Math.min(...one[0]!));
  });
});

describe.runIf(executable !== undefined)("the page in headless Chromium", () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    server = await serve();
    browser = await chromium.launch({ executablePath: executable!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it.each([
    ["isolated", true],
    ["plain", false],
  ] as const)("trains %s, with threads: %s, to the numbers of Node", async (kind, threads) => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    const { port } = server.address() as AddressInfo;
    const query = new URLSearchParams(
      Object.entries(options).map(([name, value]) => [name, String(value)]),
    ).toString();
    await page.goto(`http://127.0.0.1:${port}/${kind}/examples/browser/index.html?${query}`);
    await page.waitForFunction("globalThis.finished !== undefined");
    const finished = await page.evaluate<Finished>("globalThis.finished");
    expect(problems).toEqual([]);
    expect([finished.isolated, finished.threads]).toEqual([threads, threads]);
    expect(finished.losses).toEqual(await inNode(1));
    expect(await page.textContent("#generation")).toBe("4 of 4");
    expect(await page.textContent("#threads")).toMatch(threads ? /^\d+$/ : /^one: the page is not/);
    const colours = await page.evaluate<number>(
      `new Set(document.getElementById("picture").getContext("2d").getImageData(0, 0, 64, 64).data).size`,
    );
    expect(colours).toBeGreaterThan(10);
    await page.close();
  });

  it("is served nothing but the page and the package", async () => {
    const { port } = server.address() as AddressInfo;
    for (const path of [
      "/plain/package.json",
      "/plain/dist/../package.json",
      "/plain/..%2f..%2fetc/passwd",
      "/",
    ]) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(404);
    }
  });
});
