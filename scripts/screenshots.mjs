/**
 * Pictures of every view of the dashboard, in both themes and two widths, of runs made for it or of your own:
 *
 *     node scripts/screenshots.mjs --out screenshots
 *     node scripts/screenshots.mjs --run runs/digits --views overview,lineage --themes light --widths 1440 --out docs/images
 *
 * `--edges` looks at the runs that pages forget instead: one member, all failed, forty hyperparameters, no value yet.
 *
 * Needs the built page (npm run build) and Chromium (--chromium, default /usr/bin/chromium).
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { tsImport } from "tsx/esm/api";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const runViews = ["overview", "fitness", "hyperparameters", "lineage", "dynamics", "members", "events"];
const { values } = parseArgs({
  options: {
    out: { type: "string", default: "screenshots" },
    run: { type: "string" },
    views: { type: "string", default: ["runs", ...runViews, "compare", "lab", "recipe"].join(",") },
    themes: { type: "string", default: "light,dark" },
    widths: { type: "string", default: "1440,800" },
    height: { type: "string", default: "900" },
    whole: { type: "boolean", default: false },
    edges: { type: "boolean", default: false },
    chromium: { type: "string", default: "/usr/bin/chromium" },
  },
});

const load = (path) => tsImport(join(root, path), import.meta.url);
const made = values.run === undefined ? mkdtempSync(join(tmpdir(), "polytempo-shots-")) : null;
const { edgeRuns, makeRuns } = await load("test/web/runs.ts");
if (made !== null) await makeRuns(made, values.edges);
const only = values.run === undefined ? "digits" : basename(resolve(values.run));
const shown = values.edges ? edgeRuns : [only];
const { startDashboard } = await load("src/server/index.ts");
const dashboard = await startDashboard({
  places: [made ?? resolve(values.run)],
  version: "0.0.0",
  port: 0,
  readOnly: true,
  page: join(root, "dist", "web"),
});
const browser = await chromium.launch({
  executablePath: values.chromium,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

const addressOf = (run, view) => {
  if (view === "runs") return "/";
  if (view === "compare") return `/compare?runs=${run},${run}-2`;
  if (view === "lab") return "/lab";
  if (view === "recipe") return "/lab/eps-order";
  return `/runs/${run}/${view}`;
};

mkdirSync(values.out, { recursive: true });
for (const colorScheme of values.themes.split(",")) {
  for (const width of values.widths.split(",").map(Number)) {
    const page = await browser.newPage({
      viewport: { width, height: Number(values.height) },
      colorScheme,
      reducedMotion: "reduce",
    });
    const views = values.views.split(",").filter((view) => !values.edges || runViews.includes(view));
    for (const [run, view] of shown.flatMap((name) => views.map((view) => [name, view]))) {
      await page.setViewportSize({ width, height: Number(values.height) });
      await page.goto(`http://127.0.0.1:${dashboard.port}${addressOf(run, view)}`);
      if (view === "recipe") await page.getByText(/^full version/).waitFor();
      else await page.locator("main h1").first().waitFor();
      const drawn = () =>
        page.waitForFunction(() =>
          [...document.querySelectorAll('.panel[data-state="wait"]')].every((panel) => {
            const { top } = panel.getBoundingClientRect();
            return top > innerHeight + 200;
          }),
        );
      await drawn();
      // The page's own height, so that what sticks to the window covers nothing. Panels that come into view may grow it.
      for (let before = 0, height = 1; values.whole && height !== before; ) {
        before = height;
        height = await page.evaluate(() => Math.min(9000, document.documentElement.scrollHeight));
        await page.setViewportSize({ width, height: Math.max(Number(values.height), height) });
        await drawn();
      }
      const path = join(values.out, `${values.edges ? `${run}-` : ""}${view}-${width}-${colorScheme}.png`);
      await page.screenshot({ path });
      console.log(path);
    }
    await page.close();
  }
}
await browser.close();
await dashboard.close();
if (made !== null) rmSync(made, { recursive: true, force: true });
