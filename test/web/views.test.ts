import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunManifest } from "../../src/server/index.ts";
import { syntheticRun } from "../../src/server/fixtures/synthetic.ts";
import { type Stage, settled, stage } from "./harness.ts";

let on: Stage;
beforeAll(async () => {
  on = await stage();
}, 120_000);
afterAll(() => on.close());

const panel = (page: Page, name: string) => page.locator(`[data-panel="${name}"]`);

async function manifestOf(page: Page, run: string): Promise<RunManifest> {
  return (await (await page.request.get(on.at(`/api/runs/${run}`))).json()) as RunManifest;
}

/** A panel's numbers, as its table shows them. */
async function tableOf(page: Page, name: string): Promise<string[][]> {
  await panel(page, name)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem", { name: "Show table", exact: true }).click();
  await panel(page, name).locator("table").waitFor();
  return await panel(page, name)
    .locator("table tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}

describe("the lineage tree", () => {
  it("lights the winner's line while nothing is selected, and gives way to what is", async () => {
    const { page, context } = await on.open("/runs/digits/lineage");
    await settled(page);
    const { best, names } = await manifestOf(page, "digits");
    const footer = panel(page, "tree").locator("footer");
    await footer.getByText(`thick: the way to the winning state of ${names[best!.member]}`).waitFor();
    const [head, ...rows] = await tableOf(page, "tree");
    const [member, won] = [head!.indexOf("member"), head!.indexOf("winner's line")];
    const line = rows.filter((row) => row[won] === "yes").map((row) => row[member]);
    expect(line.toSorted()).toEqual(best!.ancestry.map((id) => names[id]).toSorted());
    await page.goto(on.at("/runs/digits/lineage?sel=m0"));
    await settled(page);
    await page.getByRole("heading", { name: "m00" }).waitFor();
    expect(await footer.textContent()).not.toContain("thick");
    await context.close();
  });

  it("counts generations from 1 in words and tables, like every panel", async () => {
    const { page, context } = await on.open("/runs/digits/lineage");
    await settled(page);
    const [head, ...rows] = await tableOf(page, "tree");
    const column = (name: string): number[] => rows.map((row) => Number(row[head!.indexOf(name)]));
    expect(Math.min(...column("from generation"))).toBe(1);
    expect(Math.max(...column("until"))).toBe(30);
    const [, first] = await tableOf(page, "shares");
    expect(first![0]).toBe("1");
    await page.goto(on.at("/runs/digits/dynamics"));
    await settled(page);
    for (const name of ["price", "diversity"]) {
      await panel(page, name).scrollIntoViewIfNeeded();
      await settled(page);
      expect((await tableOf(page, name))[1]![0]).toBe("1");
    }
    await context.close();
  });
});

describe("curves by ancestry", () => {
  it("are asked for as the path to the state that is looked at", async () => {
    const { page, context, problems } = await on.open("/runs/digits/fitness?by=ancestry&sel=m3&at=12");
    await panel(page, "fan").locator("footer").getByText("one line, along the ancestry").waitFor();
    const asked = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name))
        .filter(({ pathname }) => pathname.endsWith("/ancestry"))
        .map(({ searchParams }) => [searchParams.get("member"), searchParams.get("generation")]),
    );
    expect(asked).toContainEqual(["3", "12"]);
    // Another selection is looked at as it is best, not as it was then.
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.search.includes("sel=m4") && !url.search.includes("at="));
    expect(problems).toEqual([]);
    await context.close();
  });
});

describe("panels that draw a part", () => {
  it("say of how much", async () => {
    const { page, context } = await on.open("/runs/forty-hyperparameters/dynamics");
    const footerOf = async (name: string): Promise<string> => {
      await panel(page, name).scrollIntoViewIfNeeded();
      await settled(page);
      return (await panel(page, name).locator("footer").textContent()) ?? "";
    };
    await settled(page);
    expect(await footerOf("spread")).toContain("first 7 of 40 hyperparameters drawn");
    expect(await footerOf("price")).toContain("one of 40 hyperparameters drawn");
    await page.goto(on.at("/runs/forty-hyperparameters/hyperparameters?matrix=all"));
    await settled(page);
    expect(await footerOf("scatter")).toContain("first 5 of 40 hyperparameters drawn");
    expect(await footerOf("pair")).toContain("one pair of 40 hyperparameters");
    await page.goto(on.at("/runs/forty-hyperparameters/overview"));
    await settled(page);
    expect(await footerOf("moves")).toContain("one of 40 hyperparameters");
    await page.goto(on.at("/runs/digits/lineage?bands=clades"));
    await settled(page);
    await panel(page, "shares")
      .locator("footer")
      .getByText(/^\d+ of \d+ clades drawn/)
      .waitFor();
    await context.close();
  });
});

describe("a comparison", () => {
  it("takes runs of any name, by hand and by a link", async () => {
    const name = "lr=0.1, wd=0, 50%2C of it";
    cpSync(join(on.folder, "digits-2"), join(on.folder, name), { recursive: true });
    const { page, context, problems } = await on.open("/compare");
    await page.getByRole("checkbox", { name: "digits", exact: true }).check();
    await page.getByRole("checkbox", { name, exact: true }).check();
    const heads = page.locator('section[aria-label="Results"] th[scope="col"] a');
    await heads.nth(1).waitFor();
    expect(await heads.allTextContents()).toEqual(["digits", name]);
    await page.waitForURL(/runs=/);
    await page.reload();
    await heads.nth(1).waitFor();
    expect(await heads.allTextContents()).toEqual(["digits", name]);
    expect(problems).toEqual([]);
    await context.close();
  });
});

describe("Price's bars", () => {
  it("lead to the events of their generation, with what was mutated, and back to the newest", async () => {
    const { page, context } = await on.open("/runs/digits/dynamics?g=4");
    await settled(page);
    await panel(page, "price").locator("figure").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/events\?.*until=4/);
    await settled(page);
    const first = panel(page, "events").locator("tbody tr").first();
    await first.getByText(/^Generation 5: /).waitFor();
    const copies = panel(page, "events")
      .locator("tbody tr")
      .filter({ hasText: /copies m\d+: .*; (lr|momentum|optimizer) \S+ → \S+/ });
    expect(await copies.count()).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Newest" }).click();
    await first.getByText(/^The run ended/).waitFor();
    await context.close();
  });
});

describe("a run that is made again under its name", () => {
  it("is told by an open page as by a fresh one, although both runs stand alike", async () => {
    const at = (name: string): string => join(on.folder, name);
    for (const [name, seed] of [
      ["twin", 1],
      ["next-twin", 2],
    ] as const) {
      await syntheticRun(at(name), { members: 4, generations: 5, seed });
    }
    const rows = (page: Page) => page.locator(".virtual tbody").first().innerText();
    const { page, context } = await on.open("/runs/twin/members");
    await settled(page);
    // The page's own stream was opened before this one, so it has been told of the first run when this one has.
    await page.evaluate(
      () =>
        new Promise<void>((told) => {
          const source = new EventSource("/api/events?run=twin");
          source.addEventListener("progress", () => {
            source.close();
            told();
          });
        }),
    );
    const before = await rows(page);
    rmSync(at("twin"), { recursive: true });
    renameSync(at("next-twin"), at("twin"));
    await page.waitForFunction(
      (text) =>
        ((document.querySelector(".virtual tbody") as HTMLElement | null)?.innerText ?? text) !== text,
      before,
    );
    const fresh = await on.open("/runs/twin/members");
    await settled(fresh.page);
    const wanted = await rows(fresh.page);
    expect(wanted).not.toBe(before);
    await page.waitForFunction(
      (text) => (document.querySelector(".virtual tbody") as HTMLElement | null)?.innerText === text,
      wanted,
    );
    await fresh.context.close();
    await context.close();
  });
});
