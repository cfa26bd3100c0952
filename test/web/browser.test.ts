import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Feed, RunManifest } from "../../src/server/index.ts";
import { edgeRuns, hostile } from "./runs.ts";
import { page as built, type Stage, settled, stage, withToken } from "./harness.ts";

let on: Stage;
beforeAll(async () => {
  on = await stage();
}, 120_000);
afterAll(() => on.close());

const generationOf = async (page: Page): Promise<number> =>
  Number(await page.locator("[data-facts] strong").first().textContent());

const panel = (page: Page, name: string) => page.locator(`[data-panel="${name}"]`);

/** Middle of a panel's figure, and its size. */
async function figureBox(page: Page, name: string) {
  const box = await panel(page, name).locator("figure").boundingBox();
  if (box === null) throw new Error(`${name} has no figure`);
  return { ...box, middle: { x: box.x + box.width / 2, y: box.y + box.height / 2 } };
}

async function menu(page: Page, name: string, item: string): Promise<void> {
  await panel(page, name)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

const pages = ["overview", "fitness", "hyperparameters", "lineage", "dynamics", "members", "events"];

/** Goes to a page by the navigation, as a person does. */
async function visit(page: Page, name: string): Promise<void> {
  await page.locator(`nav a[href*="/${name}"]`).click();
  await page.waitForURL(new RegExp(`/${name}`));
  await settled(page);
}

async function saved(page: Page, act: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

describe("a live run", () => {
  // The other tests have the machine to themselves.
  afterAll(async () => {
    on.live.stop("now");
    await on.live.result;
  });

  it("moves by itself, and nothing that the person has set moves", async () => {
    const { page, context, problems } = await on.open("/runs/live/overview");
    await page.locator('.state[data-state="live"]').waitFor();
    await settled(page);
    const box = await figureBox(page, "fan");
    await page.mouse.move(box.x + 0.3 * box.width, box.middle.y);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.6 * box.width, box.middle.y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/[?&]t=/);
    await page.keyboard.press("j");
    await page.waitForURL(/sel=m0/);
    const url = page.url();
    const before = await generationOf(page);
    await page.waitForFunction(
      (from) => Number(document.querySelector("[data-facts] strong")?.textContent) > from + 3,
      before,
    );
    expect(page.url()).toBe(url);
    // Hold freezes what is drawn and counts what comes.
    await page.getByRole("button", { name: "Hold" }).click();
    await page.getByRole("button", { name: /^Held · \+\d+ generations?$/ }).waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  it("pauses and unpauses for a person with the token, asks first, and the log says who did it", async () => {
    const { page, context } = await on.open(withToken("/runs/live/overview"));
    await page.getByRole("button", { name: "Pause" }).waitFor();
    expect(page.url()).not.toContain("#");
    await page.getByRole("button", { name: "Pause" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Running segments finish and are saved").waitFor();
    await dialog.getByRole("button", { name: "Pause" }).click();
    await page.locator('.state[data-state="paused"]').waitFor();
    const paused = await generationOf(page);
    // "paused", not "pausing": what ran at that moment has been decided on, and nothing moves until somebody unpauses.
    await page.waitForTimeout(600);
    expect(await generationOf(page)).toBe(paused);
    await page.getByRole("button", { name: "Unpause" }).click();
    await page.waitForFunction(
      (from) => Number(document.querySelector("[data-facts] strong")?.textContent) > from,
      paused,
    );
    const feed = (await (
      await page.request.get(on.at("/api/runs/live/feed?limit=500&kind=control"))
    ).json()) as Feed;
    expect(
      feed.entries
        .filter(({ human }) => human)
        .map(({ text }) => text)
        .join("\n"),
    ).toMatch(/pause/i);
    await context.close();
  });

  it("shows no controls without the token", async () => {
    const { page, context } = await on.open("/runs/live/overview");
    await page.locator('.state[data-state="live"]').waitFor();
    await settled(page);
    expect(await page.getByRole("button", { name: /^(Pause|Unpause|Stop…)$/ }).count()).toBe(0);
    await context.close();
  });
});

describe("the pages of a run", () => {
  it("light up one generation in all panels on hover, and one member everywhere on a click", async () => {
    const { page, context } = await on.open("/runs/digits/overview");
    await settled(page);
    const box = await figureBox(page, "shares");
    await page.mouse.move(box.middle.x, box.middle.y);
    await panel(page, "shares").locator(".cursor-line").waitFor();
    await panel(page, "moves").locator(".cursor-line").waitFor();
    await panel(page, "diversity").locator(".cursor-line").waitFor();
    expect(await panel(page, "shares").locator(".readout").textContent()).toMatch(
      /^generation \d+: m\d\d \d/,
    );
    await page.mouse.click(box.middle.x, box.middle.y);
    await page.getByRole("heading", { name: /^Lineage of m\d\d/ }).waitFor();
    await page
      .getByRole("complementary")
      .getByRole("button", { name: /^m\d\d$/ })
      .first()
      .click();
    await page.getByRole("heading", { name: /^m\d\d/ }).waitFor();
    await context.close();
  });

  it("lead from the lineage tree to a schedule that matches the file", async () => {
    const { page, context } = await on.open("/runs/digits/lineage");
    await settled(page);
    const figure = panel(page, "tree").locator("figure");
    await figure.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const side = page.getByRole("complementary");
    await side.locator("table[data-schedule] tbody tr").first().waitFor();
    const shown = await side.locator("table[data-schedule] tbody tr").count();
    const file = await saved(page, () => side.getByRole("button", { name: "Save CSV" }).click());
    const lines = file.text.trim().split(/\r?\n/);
    expect(lines[0]).toMatch(/step/i);
    expect(lines.length - 1).toBe(shown);
    await context.close();
  });

  it("save a panel as SVG, CSV, JSON and PNG, with the run's name and without text of the page", async () => {
    const { page, context } = await on.open("/runs/digits/lineage");
    await settled(page);
    const svg = await saved(page, () => menu(page, "shares", "Save SVG"));
    expect(svg.name).toBe("digits-shares.svg");
    expect(svg.text).toMatch(/^<svg /);
    expect(svg.text).toContain("Who is winning?");
    expect(svg.text).toContain("Run digits, seed 7, generation 30");
    expect(svg.text).not.toContain("Actions");
    const csv = await saved(page, () => menu(page, "shares", "Save CSV"));
    const rows = csv.text
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    expect(rows[0]![0]).toBe("generation");
    expect(rows).toHaveLength(31);
    for (const row of rows.slice(1)) {
      expect(row.slice(1).reduce((sum, cell) => sum + Number(cell), 0)).toBeCloseTo(1, 5);
    }
    const json = await saved(page, () => menu(page, "shares", "Save JSON"));
    expect((JSON.parse(json.text) as { title: string }).title).toBe("Who is winning?");
    const [png] = await Promise.all([page.waitForEvent("download"), menu(page, "shares", "Save PNG")]);
    expect([...readFileSync(await png.path()).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    await context.close();
  });

  it("keep one time range: a brush on generations zooms the curves, and all axes of time with them", async () => {
    const { page, context } = await on.open("/runs/digits/overview");
    await settled(page);
    const ticks = (): Promise<string[]> =>
      panel(page, "shares").locator('g[aria-label="x-axis tick label"] text').allTextContents();
    expect(await ticks()).toContain("26");
    const box = await figureBox(page, "shares");
    await page.mouse.move(box.x + 0.3 * box.width, box.middle.y);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.5 * box.width, box.middle.y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/[?&]t=/);
    const [from, until] = new URL(page.url()).searchParams.get("t")!.split("~").map(Number);
    // Thirty generations of 100 steps: the middle fifth of the axis is about six of them.
    expect(until! - from!).toBeGreaterThan(400);
    expect(until! - from!).toBeLessThan(900);
    await page.waitForFunction(
      () =>
        ![...document.querySelectorAll('[data-panel="shares"] g[aria-label="x-axis tick label"] text')].some(
          (label) => label.textContent === "26",
        ),
    );
    for (const label of (await ticks()).filter((text) => text !== "")) {
      expect(Number(label)).toBeGreaterThanOrEqual(from! / 100 - 2);
      expect(Number(label)).toBeLessThanOrEqual(until! / 100 + 1);
    }
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.search.includes("t="));
    await context.close();
  });

  it("show nested clades, and save the raster as a picture and any figure as code", async () => {
    const { page, context } = await on.open("/runs/digits/lineage?bands=clades");
    await settled(page);
    const areas = panel(page, "shares").locator('g[aria-label="area"]');
    await areas.nth(8).waitFor({ state: "attached" });
    expect(await panel(page, "shares").locator("footer").textContent()).toMatch(/\d+ clades drawn/);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await menu(page, "shares", "Copy as Plot code");
    await page.getByText("Plot code copied").waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    expect(code.split("Plot.area(").length - 1).toBe(await areas.count());
    await page.goto(on.at("/runs/digits/fitness"));
    await settled(page);
    const svg = await saved(page, () => menu(page, "raster", "Save SVG"));
    expect(svg.name).toBe("digits-raster.svg");
    expect(svg.text).toContain("data:image/png;base64,");
    expect(svg.text).toContain(">m00</text>");
    expect(svg.text).toContain(", best</text>");
    await context.close();
  });

  it("leave a gap and a tick where a metric is no number", async () => {
    const { page, context } = await on.open("/runs/nan-metrics/fitness?metric=norm");
    await settled(page);
    await panel(page, "fan").getByText("❘ not a number").waitFor();
    await page.goto(on.at("/runs/nan-metrics/fitness?metric=never"));
    await settled(page);
    await panel(page, "fan").getByText("No value of never yet").waitFor();
    await context.close();
  });

  it("draw every panel, or say why not, on every run that pages forget", async () => {
    const { page, context, problems } = await on.open("/");
    await page.getByRole("link", { name: "digits", exact: true }).waitFor();
    for (const run of edgeRuns) {
      await page.goto(on.at(`/runs/${run}/overview`));
      for (const name of pages) {
        await visit(page, name);
        const states = await page
          .locator('.panel[data-state="error"], .boot')
          .evaluateAll((all) => all.map((one) => one.textContent));
        expect(states, `${run}/${name}`).toEqual([]);
      }
    }
    expect(problems).toEqual([]);
    await context.close();
  });

  it("show values and logs as text, whatever they hold", async () => {
    const { page, context } = await on.open("/runs/one-category/members");
    await settled(page);
    const value = hostile;
    expect(await page.locator("td").filter({ hasText: value }).count()).toBeGreaterThan(0);
    await page.goto(on.at("/runs/one-category/hyperparameters"));
    await settled(page);
    await page.goto(on.at("/runs/digits/members?sel=m0"));
    await page.getByText("Log", { exact: true }).click();
    await page.locator("pre.log").waitFor();
    expect(await page.locator("pre.log").textContent()).toContain(hostile);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.title()).toBe("Polytempo");
    await context.close();
  });

  it("compare runs, and filter and sort members by the address", async () => {
    const { page, context } = await on.open("/compare?runs=digits,digits-2");
    await settled(page);
    expect(await panel(page, "compare").locator(".answer").textContent()).toMatch(
      /^Medians of the members. last values, one seed each: digits-2 differs from digits by/,
    );
    await page.goto(on.at("/runs/digits/members?filter=rank+%3C%3D+3&sort=-rank"));
    await settled(page);
    const names = await page.locator(".virtual tbody tr td:nth-child(2)").allTextContents();
    expect(names.map(Number)).toEqual([3, 2, 1]);
    await context.close();
  });
});

describe("by keyboard alone", () => {
  it("goes to every page, moves the selection and the cursor, opens tables and the sheet of keys", async () => {
    const { page, context } = await on.open("/runs/digits/overview");
    await settled(page);
    for (const [key, path] of Object.entries({
      f: "fitness",
      h: "hyperparameters",
      l: "lineage",
      d: "dynamics",
      m: "members",
      e: "events",
      o: "overview",
    })) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.waitForURL(new RegExp(`/runs/digits/${path}`));
    }
    await settled(page);
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: "m00" }).waitFor();
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: "m01" }).waitFor();
    await page.keyboard.press("[");
    await page.waitForURL(/g=28/);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Single-key shortcuts").waitFor();
    // A key right behind the one that ends the dialog is the page's, and reaches nothing in the dialog.
    await page.keyboard.press("Escape");
    await page.keyboard.press(" ");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Held/ }).waitFor();
    await panel(page, "diversity").locator("figure").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await panel(page, "diversity").locator(".readout").textContent()).toMatch(
      /^generation 28: effective lineages/,
    );
    await panel(page, "shares").locator("figure").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Lineage of m\d\d/ }).waitFor();
    await panel(page, "diversity").locator("figure").focus();
    await page.keyboard.press("t");
    await panel(page, "diversity").locator("table caption").waitFor();
    expect(await panel(page, "diversity").locator("tbody tr").count()).toBe(25);
    await context.close();
  });

  it("reaches every panel by Tab", async () => {
    const { page, context } = await on.open("/runs/digits/overview");
    await settled(page);
    const reached = new Set<string>();
    for (let i = 0; i < 90; i++) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() =>
        document.activeElement?.tagName === "FIGURE"
          ? (document.activeElement.closest<HTMLElement>("[data-panel]")?.dataset["panel"] ?? "")
          : "",
      );
      if (name !== "") reached.add(name);
    }
    expect([...reached].toSorted()).toEqual([
      "diversity",
      "fan",
      "moves",
      "selection",
      "separation",
      "shares",
    ]);
    await context.close();
  });
});

describe("without a server", () => {
  it("opens a dropped snapshot with the same views", async () => {
    const { page, context, problems } = await on.open("/");
    await page.getByRole("link", { name: "digits", exact: true }).waitFor();
    const bytes = [...(await (await page.request.get(on.at("/api/runs/digits/snapshot"))).body())];
    await page.route("**/api/**", (route) => route.abort());
    await page.evaluate((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(content)], "digits.ptsnap"));
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
    }, bytes);
    await page.waitForURL(/\/runs\/digits\/overview/);
    for (const name of pages) {
      await visit(page, name);
      expect(
        await page
          .locator('.panel[data-state="error"]')
          .evaluateAll((all) => all.map((one) => one.textContent)),
        name,
      ).toEqual([]);
    }
    expect(problems.filter((text) => !text.includes("ERR_FAILED"))).toEqual([]);
    await context.close();
  });

  it("is one script for a file opened from disk, without the network", async () => {
    const response = await fetch(on.at("/api/runs/digits/snapshot"));
    const snapshot = Buffer.from(await response.arrayBuffer()).toString("base64");
    const script = readFileSync(join(built, "standalone", "viewer.js"), "utf8").replaceAll(
      "</script",
      "<\\/script",
    );
    const style = readFileSync(join(built, "standalone", "viewer.css"), "utf8");
    const file = join(on.folder, "report.html");
    writeFileSync(
      file,
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>digits</title><style>${style}</style></head><body><div id="app"></div><script type="application/octet-stream" id="snapshot">${snapshot}</script><script>${script}</script></body></html>`,
    );
    const context = await on.browser.newContext({ offline: true, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(`file://${file}`);
    await page.getByRole("heading", { name: "digits" }).waitFor();
    await settled(page);
    await page.getByRole("link", { name: "Lineage" }).click();
    await page.getByRole("heading", { name: "Where did the winner come from?" }).waitFor();
    expect(page.url()).toContain("#/runs/digits/lineage");
    expect(await page.locator('.panel[data-state="error"]').count()).toBe(0);
    expect(problems).toEqual([]);
    await context.close();
  });
});

describe("the theory pages", () => {
  it("read without interaction, compute in a worker, and hold values against references", async () => {
    const { page, context, problems } = await on.open("/lab/eps-order");
    await page.getByText("halve ε and it halves").waitFor();
    await page.getByText(/^full version/).waitFor();
    await page.getByText(/^(\d+) of \1 claims hold/).waitFor();
    expect(await page.locator(".stage svg path").count()).toBeGreaterThan(3);
    await page.getByLabel("slow time t").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/time=2\.\d/);
    await page.getByRole("button", { name: "Reset" }).click();
    await page.waitForURL((url) => !url.search.includes("time"));
    await page.getByText("(T3.3)").waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });
});

describe("points on a figure of the theory", () => {
  it("are dragged, or moved by keys, and set the number: the address follows, and a link brings it back", async () => {
    const { page, context, problems } = await on.open("/lab");
    await page.getByRole("heading", { name: "Two clocks", level: 2 }).waitFor();
    const handle = page.getByRole("slider", { name: "initial mean of θ, on the figure" });
    await handle.waitFor();
    await handle.scrollIntoViewIfNeeded();
    const box = await handle.boundingBox();
    if (box === null) throw new Error("the point is not there");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x + 2, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y, { steps: 6 });
    await page.mouse.up();
    const theta = Number(await handle.getAttribute("aria-valuenow"));
    await page.waitForURL((url) => Number(url.searchParams.get("theta") ?? Number.NaN) === theta);
    expect(theta).toBeLessThan(1.6);
    expect(theta).toBeGreaterThan(-0.5);
    // The figure was computed anew for it, and the point stands where it was let go.
    await page.locator(`.stage [role="img"][aria-label*="θ falls from ${theta} to"]`).waitFor();
    const now = await handle.boundingBox();
    expect(Math.abs(now!.x - (box.x - 62))).toBeLessThan(4);
    await handle.focus();
    await page.keyboard.press("End");
    await page.waitForURL(/theta=3/);
    await page.keyboard.press("ArrowLeft");
    await page.waitForURL(/theta=2\.88/);
    await page.goto(on.at("/lab/flattest?gap=0.2"));
    await page.getByRole("slider", { name: /over the broad one, on the figure$/ }).waitFor();
    expect(
      await page
        .getByRole("slider", { name: /over the broad one, on the figure$/ })
        .getAttribute("aria-valuenow"),
    ).toBe("0.2");
    expect(problems).toEqual([]);
    await context.close();
  });

  it("belong to recipes that show how far they are, and that can be stopped", async () => {
    const { page, context } = await on.open("/lab/hierarchy");
    await page.getByRole("progressbar", { name: "Computing" }).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Compute in full" }).waitFor();
    expect(await page.getByRole("progressbar").count()).toBe(0);
    await page.getByRole("button", { name: "Compute in full" }).click();
    await page.getByRole("progressbar", { name: "Computing" }).waitFor();
    await context.close();
  });
});

describe("axe", () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const places = [
    "/",
    "/runs/digits/overview?sel=m3",
    "/runs/digits/fitness",
    "/runs/digits/hyperparameters",
    "/runs/digits/lineage",
    "/runs/digits/dynamics",
    "/runs/digits/members",
    "/runs/digits/events",
    "/compare?runs=digits,digits-2",
    "/lab",
    "/lab/eps-order",
  ];
  for (const dark of [false, true]) {
    it(`finds nothing serious on any page (${dark ? "contrast in the dark theme" : "all rules, light theme"})`, async () => {
      const { page, context } = await on.open("/", { dark });
      const found: string[] = [];
      for (const path of places) {
        await page.goto(on.at(path));
        if (path.startsWith("/runs") || path.startsWith("/compare")) await settled(page);
        else if (path === "/lab/eps-order") await page.getByText(/^full version/).waitFor();
        else await page.locator("main h1").waitFor();
        await page.evaluate(axe);
        const violations = await page.evaluate(
          async (only) => {
            const { axe: tool } = window as unknown as {
              axe: {
                run(
                  options: object,
                ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
              };
            };
            return (await tool.run(only)).violations.map(({ id, impact, nodes }) => ({
              id,
              impact,
              html: nodes[0]?.html ?? "",
            }));
            // The dark theme has the same elements: only its colours are new.
          },
          dark ? { runOnly: ["color-contrast"] } : {},
        );
        for (const { id, impact, html } of violations) {
          if (impact === "serious" || impact === "critical")
            found.push(`${path}: ${id}: ${html.slice(0, 160)}`);
        }
      }
      expect(found).toEqual([]);
      await context.close();
    });
  }
});

it("answers a manifest small enough for a first paint", async () => {
  const response = await fetch(on.at("/api/runs/digits"));
  const text = await response.text();
  expect((JSON.parse(text) as RunManifest).run).toBe("digits");
  expect(text.length).toBeLessThan(100_000);
});
