import { createServer } from "node:http";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/engine/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { page as built, type Stage, settled, stage, withToken } from "./harness.ts";

let on: Stage;
beforeAll(async () => {
  on = await stage();
  const failing = defineTrainer<{ rate: number }, { theta: number }>({
    name: "failing",
    init: () => ({ theta: 1 }),
    train() {
      throw new Error("boom: out of memory");
    },
    evaluate: ({ theta }) => theta,
  });
  const handle = run(
    {
      trainer: failing,
      space: searchSpace({ rate: uniform(0, 1) }),
      metric: "loss:min",
      members: 4,
      seed: 3,
      slow: { interval: 10 },
      stop: { generations: 5 },
    },
    { directory: join(on.folder, "broken"), slots: 2 },
  );
  await handle.result.catch(() => undefined);
}, 120_000);
afterAll(() => on.close());

describe("a run that failed", () => {
  it("says so above everything, with the reason, and no panel waits for values", async () => {
    const { page, context, problems } = await on.open("/runs/broken/overview");
    await settled(page);
    const banner = page.getByRole("alert", { name: "Failure" });
    await banner
      .getByText(/^The run failed before any value of loss: (all 4|3 of 4) members failed\.$/)
      .waitFor();
    expect(await banner.textContent()).toContain("boom: out of memory");
    expect(await page.locator("[data-facts] .state").textContent()).toBe("failed");
    expect(await page.locator("[data-facts] .state").getAttribute("data-state")).toBe("dead");
    for (const name of ["fan", "shares", "moves", "selection", "separation", "diversity"]) {
      await page.locator(`[data-panel="${name}"]`).scrollIntoViewIfNeeded();
      await page
        .locator(`[data-panel="${name}"]`)
        .getByText("The run failed before any value of loss")
        .waitFor();
    }
    const text = await page.locator("main").textContent();
    expect(text).not.toContain("leads with");
    expect(text).not.toContain("The first comes with the first report");
    await banner.getByRole("button", { name: /^Show m0\d and its log$/ }).click();
    await page.waitForURL(/sel=m\d/);
    expect(problems).toEqual([]);
    await context.close();
  });
});

describe("a run whose folder goes away", () => {
  it("is told so on its open page", async () => {
    cpSync(join(on.folder, "one-member"), join(on.folder, "gone"), { recursive: true });
    const { page, context } = await on.open("/runs/gone/overview");
    await settled(page);
    expect(await page.locator("[data-gone]").count()).toBe(0);
    rmSync(join(on.folder, "gone"), { recursive: true });
    await page.getByText("The folder of gone is gone.").waitFor();
    await context.close();
  });
});

describe("the viewer without a server", () => {
  it("is one file that asks for a snapshot at once, and opens the one that is dropped", async () => {
    const file = join(built, "viewer.html");
    expect(existsSync(file)).toBe(true);
    const response = await fetch(on.at("/api/runs/digits/snapshot"));
    const bytes = Buffer.from(await response.arrayBuffer());
    const snapshot = join(on.folder, "digits.polytempo");
    writeFileSync(snapshot, bytes);
    const context = await on.browser.newContext({ offline: true, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`file://${file}`);
    await page.getByRole("heading", { name: "Drop a snapshot here" }).waitFor();
    await page.getByLabel("Open a snapshot").setInputFiles(snapshot);
    await page.getByRole("heading", { name: "digits" }).waitFor();
    await settled(page);
    expect(page.url()).toContain("#/runs/digits/overview");
    expect(await page.locator('.panel[data-state="error"]').count()).toBe(0);
    expect(problems).toEqual([]);
    await context.close();
  });

  it("is what the dashboard's page points to when it is opened as a file", async () => {
    const context = await on.browser.newContext({ offline: true });
    const page = await context.newPage();
    await page.goto(`file://${join(built, "index.html")}`);
    await page.getByRole("link", { name: "viewer.html" }).click();
    await page.getByRole("heading", { name: "Drop a snapshot here" }).waitFor();
    await context.close();
  });

  it("stands in for the list where a web server has the page and no runs", async () => {
    const types = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
    const server = createServer((request, response) => {
      const path = (request.url ?? "/").split("?")[0]!;
      const file = join(built, path === "/" ? "index.html" : path);
      if (path.includes("..") || !existsSync(file)) {
        response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not found</h1>");
        return;
      }
      const type = types[file.split(".").at(-1) as keyof typeof types];
      response.writeHead(200, { "Content-Type": type }).end(readFileSync(file));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const context = await on.browser.newContext();
    const page = await context.newPage();
    for (const path of ["/", "/index.html"]) {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
      await page.getByRole("heading", { name: "Drop a snapshot here" }).waitFor();
      expect(await page.locator("main").textContent()).not.toContain("404");
    }
    await context.close();
    server.closeAllConnections();
    server.close();
  });
});

describe("a new rule of stopping", () => {
  it("is asked for with the place of the run, and warns when it ends the run at once", async () => {
    const { page, context } = await on.open(withToken("/runs/live/overview"));
    await page.getByRole("button", { name: "Stop…" }).click();
    await page.getByRole("menuitem", { name: "Change the stop rule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByText(/^The run is at step [\d\s]+, generation [\d\s]+ of 100\s000; by the rule/)
      .waitFor();
    await dialog.getByLabel("Steps per member, in total").fill("1");
    await dialog.getByText(/^This ends the run at once/).waitFor();
    expect(await dialog.getByRole("button", { name: "Change and end the run" }).getAttribute("class")).toBe(
      "danger",
    );
    await dialog.getByLabel("Steps per member, in total").fill("900000");
    await dialog
      .getByText(/^[\d\s]+ steps per member are left then: about [\d\s]+ generations of 10/)
      .waitFor();
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByText(/rule of stopping changes at the next boundary/).waitFor();
    await context.close();
  });
});

describe("a theory page", () => {
  it("says what the address cannot have, and claims nothing outside a claim's range", async () => {
    const { page, context } = await on.open("/lab/two-clocks?eps=99");
    await page
      .getByText("The address asks for eps = 99. It needs a number from 0.01 to 1: 0.1 is used.")
      .waitFor();
    await page.goto(on.at("/lab/two-clocks?eps=0.692"));
    await page.getByText("not claimed for ε > 0.2").waitFor();
    await page.getByText("Nothing is claimed for these parameters.").waitFor();
    // Arrow keys move a slider further than rounding takes back.
    await page.locator("#lab-eps").focus();
    await page.keyboard.press("Home");
    await page.waitForURL(/eps=0\.01(?!\d)/);
    await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => Number(url.searchParams.get("eps")) > 0.01);
    await context.close();
  });
});
