import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli } from "../../src/cli/cli.ts";
import type { World } from "../../src/cli/world.ts";
import { decodeColumns } from "../../src/figures/index.ts";
import type { SnapshotMeta } from "../../src/server/index.ts";
import { syntheticRun } from "../../src/server/fixtures/synthetic.ts";

const folder = mkdtempSync(join(tmpdir(), "polytempo-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  await syntheticRun(join(folder, "runs", "a"), { members: 6, generations: 4 });
  await syntheticRun(join(folder, "runs", "b"), { members: 6, generations: 4, seed: 3 });
});

/** The command line in this process. */
async function polytempo(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const text = { out: "", err: "" };
  const sink = (name: "out" | "err") => ({
    isTTY: false,
    columns: 100,
    rows: 24,
    style: { colour: false, unicode: true },
    write: (more: string) => {
      text[name] += more;
    },
  });
  const world: World = {
    cwd: folder,
    env: {},
    out: sink("out"),
    err: sink("err"),
    now: () => Date.UTC(2026, 10, 22),
    // A person who leaves at once.
    onInterrupt: (listener) => {
      const timer = setTimeout(() => listener("SIGINT"), 50);
      return () => clearTimeout(timer);
    },
    onKey: () => () => {},
    every: () => () => {},
  };
  return { code: await cli(args, world), ...text };
}

describe("polytempo report", () => {
  it("writes one HTML file, named after the run when nothing else is said", async () => {
    const { code, err } = await polytempo("report", "a", "--static");
    expect(code).toBe(0);
    expect(err).toMatch(/^report {2}a-report\.html {2}\d+ kB\n$/);
    expect(readFileSync(join(folder, "a-report.html"), "utf8")).toContain("<h1>a</h1>");
  });

  it("writes Markdown with a folder of figures beside it, where it is told to", async () => {
    const { code } = await polytempo("report", "runs/a", "--format", "md", "-o", "docs/a.md");
    expect(code).toBe(0);
    const markdown = readFileSync(join(folder, "docs", "a.md"), "utf8");
    const files = readdirSync(join(folder, "docs", "a-figures"));
    expect(files.length).toBe(10);
    for (const file of files) expect(markdown).toContain(`(a-figures/${file})`);
  });

  it("compares runs, and says how many it takes", async () => {
    expect((await polytempo("report", "--compare", "a", "b", "-o", "both.html")).code).toBe(0);
    expect(readFileSync(join(folder, "both.html"), "utf8")).toContain("Compared: a, b");
    const one = await polytempo("report", "--compare", "a");
    expect([one.code, one.err]).toEqual([2, expect.stringContaining("needs 2 to 8 runs, got a")]);
    const two = await polytempo("report", "a", "b");
    expect([two.code, two.err]).toEqual([2, expect.stringContaining("Add --compare?")]);
    expect((await polytempo("report", "nothing")).code).toBe(4);
    expect(existsSync(join(folder, "nothing-report.html"))).toBe(false);
  });
});

describe("polytempo export --to snapshot", () => {
  it("writes what the viewer opens", async () => {
    const { code } = await polytempo("export", "a", "--to", "snapshot", "-o", "a.polytempo");
    expect(code).toBe(0);
    const bytes = gunzipSync(readFileSync(join(folder, "a.polytempo")));
    const { meta } = decodeColumns<SnapshotMeta>(new Uint8Array(bytes));
    expect(meta).toMatchObject({ format: "polytempo-snapshot", runs: ["a"], madeMs: Date.UTC(2026, 10, 22) });
    expect((await polytempo("export", "a", "--to", "snapshot", "--samples")).code).toBe(2);
  });
});

describe("polytempo dashboard", () => {
  it("says its address, and ends when it is told to", async () => {
    const { code, out } = await polytempo("dashboard", "--port", "0", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      v: 1,
      type: "dashboard",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#k=/),
    });
  });

  it("does not open itself to others without a token", async () => {
    const { code, err } = await polytempo("dashboard", "--host", "0.0.0.0", "--port", "0");
    expect([code, err]).toEqual([2, expect.stringContaining("--token")]);
    expect((await polytempo("dashboard", "nothing")).code).toBe(4);
  });
});
