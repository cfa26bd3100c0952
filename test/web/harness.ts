import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type RunHandle, run } from "../../src/engine/index.ts";
import { type Dashboard, startDashboard } from "../../src/server/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { makeRuns } from "./runs.ts";

export const page = fileURLToPath(new URL("../../dist/web", import.meta.url));
const executablePath = "/usr/bin/chromium";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args });

/** One server over made runs and one that trains now, and one browser: shared by all tests of a file. */
export interface Stage {
  readonly folder: string;
  readonly dashboard: Dashboard;
  readonly browser: Browser;
  readonly live: RunHandle;
  /** Address of a path on this server. */
  at(path: string): string;
  /** A page of its own; what it complains about is in `problems`. */
  open(path: string, options?: { readonly dark?: boolean; readonly width?: number }): Promise<Opened>;
  close(): Promise<void>;
}

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
}

const token = "a-token-for-browser-tests";

/** Honest work that takes a moment: θ falls to 0 at a rate that h sets. */
const slowTrainer = defineTrainer<{ rate: number; decay: number }, { theta: number }>({
  name: "slow",
  init: () => ({ theta: 1 }),
  async train(state, h, steps) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let i = 0; i < steps; i++) state.theta *= 1 - 0.01 * h.rate;
  },
  evaluate: ({ theta }) => theta,
});

export async function stage(): Promise<Stage> {
  if (!existsSync(join(page, "index.html"))) {
    throw new Error("dist/web is not built: npm run build, then the tests of the page");
  }
  const folder = mkdtempSync(join(tmpdir(), "polytempo-web-"));
  await makeRuns(folder);
  const live = run(
    {
      trainer: slowTrainer,
      space: searchSpace({ rate: uniform(0, 1), decay: uniform(0, 1) }),
      metric: "loss:min",
      members: 6,
      seed: 3,
      slow: { interval: 10 },
      stop: { generations: 100_000 },
    },
    { directory: join(folder, "live"), slots: 3 },
  );
  const [browser, dashboard] = await Promise.all([
    launch(),
    startDashboard({ places: [folder], version: "0.0.0", port: 0, token, page }),
  ]);
  const base = `http://127.0.0.1:${dashboard.port}`;
  return {
    folder,
    dashboard,
    browser,
    live,
    at: (path) => `${base}${path}`,
    async open(path, { dark = false, width = 1440 } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? "dark" : "light",
        reducedMotion: "reduce",
        acceptDownloads: true,
      });
      const opened = await context.newPage();
      const problems: string[] = [];
      opened.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      opened.on("pageerror", (error) => problems.push(String(error)));
      await opened.goto(`${base}${path}`);
      return { page: opened, context, problems };
    },
    async close() {
      live.stop("now");
      await live.result;
      await browser.close();
      await dashboard.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every panel that can be seen has left its first state. */
export async function settled(opened: Page): Promise<void> {
  await opened.waitForFunction(() => {
    const seen = [...document.querySelectorAll<HTMLElement>(".panel[data-panel]")].filter((panel) => {
      const box = panel.getBoundingClientRect();
      return box.top < innerHeight && box.bottom > 0;
    });
    return seen.length > 0 && seen.every((panel) => panel.dataset["state"] !== "wait");
  });
}

export const withToken = (path: string): string => `${path}#k=${token}`;
