import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeColumns } from "../figures/index.ts";
import type { SnapshotMeta } from "../server/index.ts";
import { runsFolder } from "../server/fixtures/app.ts";
import { syntheticRun } from "../server/fixtures/synthetic.ts";
import { choice, searchSpace, uniform } from "../space/index.ts";
import { htmlReport, markdownReport } from "./index.ts";

const folder = runsFolder();
const context = { version: "1.2.3", nowMs: Date.UTC(2026, 10, 22, 3, 44) };
const markup = "<img src=x onerror=alert(1)>";
const at = (name: string): string => join(folder, name);

let html = "";
beforeAll(async () => {
  await syntheticRun(at("a"), { members: 12, generations: 8, failure: 0.03, reevaluations: 4 });
  await syntheticRun(at("b"), { members: 6, generations: 4, seed: 3 });
  await syntheticRun(at(markup), {
    members: 8,
    generations: 5,
    metrics: [markup],
    space: searchSpace({ x: uniform(0, 1), kind: choice([markup, "</script><script>alert(1)</script>"]) }),
    before: (store) => {
      store.appendOperation({ kind: "warning", detail: { message: `${markup} | \`x\` [a](javascript:b)` } });
    },
  });
  html = await htmlReport([at("a")], { ...context, page: at("none") });
});

/** Tags of a page with their attributes, without what is inside drawings. */
const tagsOf = (page: string): string[] => page.match(/<[a-zA-Z!/][^>]*>/g) ?? [];

describe("the report of a run", () => {
  it("tells the answer first, then the evidence, the method, and everything", () => {
    const order = [
      "<h1>a</h1>",
      'id="answer"',
      "The winner is",
      "<caption>Outcome</caption>",
      "Finalists, evaluated anew",
      'id="figure-schedule"',
      "polytempo replay a",
      'id="evidence"',
      'id="figure-fitness"',
      'id="figure-lineages"',
      'id="figure-tree"',
      'id="figure-hyperparameters"',
      'id="figure-effective-fitness"',
      'id="figure-separation"',
      'id="figure-price"',
      'id="figure-diversity"',
      'id="figure-selection"',
      'id="method"',
      "<caption>Settings</caption>",
      "<caption>Environment</caption>",
      'id="everything"',
      "All 12 members at the end",
      "@software{polytempo",
    ];
    const places = order.map((part) => html.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("gives the winner by its fresh evaluations, with their interval, and what it was selected by", () => {
    const sentence = /<p class="answer">([^<]*)<\/p>/.exec(html)![1]!;
    const [fresh, selected] = [
      /loss (0\.\d+) \(95 % interval 0\.\d+ … 0\.\d+\), from 4 fresh evaluations/.exec(sentence)![1]!,
      /It had been selected with (0\.\d+)\./.exec(sentence)![1]!,
    ];
    expect(Number(fresh) - Number(selected)).toBeCloseTo(0.013, 4);
  });

  it("has a caption with numbers under every figure", () => {
    const captions = [...html.matchAll(/<figcaption>([^<]*)<\/figcaption>/g)].map(([, caption]) => caption!);
    expect(captions).toHaveLength(10);
    for (const caption of captions) {
      expect(caption).toMatch(/\d/);
      expect(caption).toMatch(/\.$/);
      expect(caption).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it("needs no network and no script: one file with its drawings in it", () => {
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/@import|url\((?!#)/);
    expect(html).not.toContain("<script");
    expect(html.match(/<figure id=/g)).toHaveLength(10);
    expect(html).toContain("default-src 'none'");
  });

  it("is the same text for the same run and time", async () => {
    expect(await htmlReport([at("a")], { ...context, page: at("none") })).toBe(html);
  });

  it("shows names, categories and warnings as text", async () => {
    const page = await htmlReport([at(markup)], { ...context, page: at("none") });
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(
      tagsOf(page).filter(
        (tag) => /^<(img|script|iframe|object|a )/.test(tag) && !tag.startsWith('<a href="#'),
      ),
    ).toEqual([]);
    expect(tagsOf(page).filter((tag) => /\son\w+=/.test(tag))).toEqual([]);
    expect(page).toContain(`polytempo verify '${markup.replaceAll("<", "&lt;").replaceAll(">", "&gt;")}'`);
  });

  it("carries the viewer and a snapshot where the page was built", async () => {
    const built = at("page");
    mkdirSync(join(built, "standalone"), { recursive: true });
    writeFileSync(join(built, "standalone", "viewer.js"), 'console.log("</script><b>")');
    writeFileSync(join(built, "standalone", "viewer.css"), "body { color: red }");
    const page = await htmlReport([at("a")], { ...context, page: built });
    const part = (id: string): Buffer =>
      Buffer.from(new RegExp(`id="${id}">([A-Za-z0-9+/=]*)</script>`).exec(page)![1]!, "base64");
    expect(part("viewer-script").toString()).toContain('console.log("</script><b>")');
    expect(part("viewer-style").toString()).toBe("body { color: red }");
    const { meta } = decodeColumns<SnapshotMeta>(new Uint8Array(gunzipSync(part("viewer-data"))));
    expect(meta.runs).toEqual(["a"]);
    expect(meta.madeMs).toBe(context.nowMs);
    const plain = await htmlReport([at("a")], { ...context, page: built, interactive: false });
    expect(plain).toBe(html);
  });

  it("says how many members' curves found a place in the file", async () => {
    const built = at("page");
    const sentence = async (mostBytes: number): Promise<string> => {
      const page = await htmlReport([at("a")], { ...context, page: built, mostBytes });
      return /<p>(The same run[^<]*)<\/p>/.exec(page)![1]!;
    };
    expect(await sentence(10_000_000)).toMatch(
      /^The same run, to hover, brush and search, without a server\. \d+ kB of data are in this file\.$/,
    );
    expect(await sentence(30_000)).toMatch(
      /single curves and details are there for \d+ of 12 members, the winner/,
    );
  });

  it("says so when evaluating anew gave the very same value", async () => {
    const same = { reevaluations: 1, members: 3, generations: 2, exact: true };
    await syntheticRun(at("exact"), same);
    const page = await htmlReport([at("exact")], { ...context, page: at("none") });
    expect(page).toContain("exactly the value that it was selected with");
    // Shown twice: as the end of the line of the best so far, and as a mark of its own.
    expect(/<figure id="figure-fitness">.*?<\/figure>/s.exec(page)![0]).toContain(
      ">best, evaluated anew</text>",
    );
    expect(page).toContain("evaluated anew 1 time<");
  });

  it("of odd runs says what there is", async () => {
    await syntheticRun(at("nothing"), { members: 3, generations: 0, ended: false });
    await syntheticRun(at("failed"), { members: 3, generations: 2, failure: 1 });
    await syntheticRun(at("alone"), { members: 1, generations: 3 });
    for (const name of ["nothing", "failed", "alone"]) {
      const page = await htmlReport([at(name)], { ...context, page: at("none") });
      expect(page.match(/.{80}(NaN|undefined|\[object).{40}/)?.[0]).toBeUndefined();
      expect(page).toContain('id="everything"');
    }
    const page = await htmlReport([at("nothing")], { ...context, page: at("none") });
    expect(page).toContain("No member has a value yet");
  });
});

describe("the report as Markdown", () => {
  it("has the same parts, and its figures as files", async () => {
    const { markdown, files } = await markdownReport([at("a")], "a-figures", context);
    expect(markdown).toMatch(/^# a\n/);
    expect([...files.keys()]).toEqual([
      "schedule.svg",
      "fitness.svg",
      "lineages.svg",
      "tree.svg",
      "hyperparameters.svg",
      "effective-fitness.svg",
      "separation.svg",
      "price.svg",
      "diversity.svg",
      "selection.svg",
    ]);
    for (const [name, svg] of files) {
      expect(markdown).toContain(`](a-figures/${name})`);
      expect(svg).toMatch(/^<svg /);
    }
  });

  it("escapes what Markdown or HTML would obey", async () => {
    const { markdown } = await markdownReport([at(markup)], "figures", context);
    const outsideCode = markdown.replace(/```[\s\S]*?```/g, "");
    expect(outsideCode).not.toMatch(/<(?!\/?(details|summary)>)/);
    expect(outsideCode).toContain("\\| \\`x\\` \\[a\\](javascript:b)");
  });
});

describe("the report of a control", () => {
  it("says what it goes without, and draws no selection where there is none", async () => {
    await syntheticRun(at("random"), { members: 6, generations: 4, slow: { control: "random-search" } });
    await syntheticRun(at("frozen"), { members: 6, generations: 4, slow: { control: "frozen" } });
    const random = await htmlReport([at("random")], { ...context, page: at("none") });
    expect(random).toContain("This is a random-search control: nothing is copied.");
    expect(random).toContain("<p>Random-search control of 6 members, synchronous:");
    expect(random).not.toMatch(/Population-based training|copied by truncation|changed by gaussian/);
    expect(random).not.toMatch(/id="figure-(price|selection)"/);
    expect(random).toContain("<p>There is no selection in this control: nothing is copied.</p>");
    const frozen = await htmlReport([at("frozen")], { ...context, page: at("none") });
    expect(frozen).toContain("This is a frozen control: copies keep their hyperparameters.");
    expect(frozen).toContain("copied by truncation, and not changed");
    expect(frozen).not.toContain("changed by gaussian");
    expect(frozen).toContain('id="figure-price"');
    expect(html).not.toMatch(/This is a .* control/);
  });
});

describe("the report of a run with a soup", () => {
  it("names it beside the winner", async () => {
    const of = [
      { member: 1, generation: 1, step: 200 },
      { member: 2, generation: 1, step: 200 },
    ];
    const soup = { of, mean: 0.0625, interval: null, checkpoint: { member: 4, generation: 1, step: 200 } };
    await syntheticRun(at("soup"), {
      members: 4,
      generations: 2,
      ended: false,
      before: (store) => {
        const body = { reason: "steps", soup };
        store.appendDecisions([{ kind: "end", generation: 1, member: null, body }]);
      },
    });
    const page = await htmlReport([at("soup")], { ...context, page: at("none") });
    expect(page).toContain("the mean of 2 finalists' states (m01 of generation 2, m02 of generation 2)");
    expect(page).toMatch(/<th scope="row">soup of 2 finalists, loss anew<\/th><td[^>]*>0\.0625<\/td>/);
    expect(html).not.toContain("soup");
  });
});

describe("the comparison of runs", () => {
  it("ranks by fresh evaluations where every run's winner has them: what was selected flatters", async () => {
    for (const seed of [4, 5]) {
      await syntheticRun(at(`fresh ${seed}`), { members: 6, generations: 3, seed, reevaluations: 3 });
    }
    const page = await htmlReport([at("fresh 4"), at("fresh 5")], { ...context, page: at("none") });
    const answer = /<p class="answer">([^<]*)<\/p>/.exec(page)![1]!;
    expect(answer).toMatch(
      /^The winner of fresh [45] has the best loss when the runs' winners are evaluated anew/,
    );
    const [first, second] = [...answer.matchAll(/0\.\d+/g)].map(([value]) => Number(value));
    expect(first).toBeLessThan(second!);
    // Fresh evaluations of these runs lie 0.012 above what was selected.
    const best = [...page.matchAll(/<td class="n">(0\.\d+) \((0\.\d+) … (0\.\d+)\)<\/td>/g)];
    expect(best).toHaveLength(2);
    for (const [, , low, high] of best) expect(Number(high) - Number(low)).toBeCloseTo(0.008, 3);
  });

  it("gives the best first, the difference with its interval, and where settings differ", async () => {
    const page = await htmlReport([at("a"), at("b")], { ...context, page: at("none") });
    expect(page).toMatch(
      /<p class="answer">[ab] has the best loss, 0\.\d+ at step.*Not every winner was evaluated anew/,
    );
    expect(page).not.toContain("No winner was evaluated anew");
    expect(page).toContain("winner evaluated anew");
    expect(page).toContain("difference of medians to a (90\u00a0%)");
    expect(page).toContain("Where the settings differ");
    expect(page).toMatch(/<th scope="row">seed<\/th><td[^>]*>7<\/td><td[^>]*>3<\/td>/);
    expect(page.match(/<figure id=/g)).toHaveLength(2);
  });

  it("has the median of an even number of members, so that the difference is that of the rows above it", async () => {
    for (const [name, seed] of [
      ["even", 4],
      ["odd", 5],
    ] as const) {
      await syntheticRun(at(name), { members: name === "even" ? 4 : 5, generations: 2, seed, failure: 0 });
    }
    const page = await htmlReport([at("even"), at("odd")], { ...context, page: at("none") });
    const row = (head: string): number[] => {
      const cells = page.split(`<th scope="row">${head}`)[1]!.split("</tr>")[0]!;
      return [...cells.matchAll(/<td[^>]*>[+]?(-?\d[\d.e-]*)/g)].map(([, value]) => Number(value));
    };
    const medians = row("median at the end");
    expect(medians).toHaveLength(2);
    const [difference] = row("difference of medians");
    // Each is written with four digits behind the point.
    expect(Math.abs(difference! - (medians[1]! - medians[0]!))).toBeLessThan(1.1e-4);
    for (const text of page.match(/(No|Not every) winner was evaluated anew/g)!)
      expect(text).toMatch(/^No winner/);
    expect(page).not.toContain("Align by");
  });

  it("of eight runs with ten hyperparameters has a column for each run, in the figures' colours", async () => {
    const names = Array.from({ length: 10 }, (_, i) => `hyperparameter${i}`);
    const space = searchSpace(Object.fromEntries(names.map((name) => [name, uniform(0, 1)])));
    const runs = Array.from({ length: 8 }, (_, i) => `run ${i} with a long name, and more`);
    for (const [seed, name] of runs.entries())
      await syntheticRun(at(name), { members: 3, generations: 2, seed, space });
    const page = await htmlReport(runs.map(at), { ...context, page: at("none") });
    const tables = [...page.matchAll(/<table class="across[^"]*">.*?<\/table>/gs)].map(([text]) => text);
    expect(tables).toHaveLength(3);
    for (const table of tables) {
      expect(
        [...table.matchAll(/<th scope="col"[^>]*>(?:<i[^>]*><\/i>)?([^<]*)/g)]
          .slice(1)
          .map(([, name]) => name),
      ).toEqual(runs);
      expect(table.match(/class="dot" style="background:#[0-9a-f]{6}"/g)).toHaveLength(8);
      for (const [row] of table.matchAll(/<tr><th scope="row">.*?<\/tr>/gs))
        expect(row.match(/<td/g)).toHaveLength(8);
    }
    for (const name of names) expect(tables[1]).toContain(`<th scope="row">${name}</th>`);
  });
});

describe("a table that is wider than a page", () => {
  it("goes on below, its rows named again, and nothing is left out", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `h${i}`);
    const space = searchSpace(Object.fromEntries(names.map((name) => [name, uniform(0, 1)])));
    await syntheticRun(at("forty"), { members: 3, generations: 2, space });
    const page = await htmlReport([at("forty")], { ...context, page: at("none") });
    const schedule = [...page.matchAll(/<caption>Schedule of m\d+[^<]*<\/caption><thead><tr>(.*?)<\/tr>/g)];
    const heads = schedule.map(([, head]) =>
      [...head!.matchAll(/<th[^>]*>([^<]*)/g)].map(([, name]) => name),
    );
    expect(heads.length).toBeGreaterThan(2);
    for (const head of heads) {
      expect(head[0]).toBe("from step");
      expect(head.length).toBeLessThanOrEqual(14);
    }
    expect(heads.flatMap((head) => head.slice(1))).toEqual(["until step", ...names]);
  });
});
