import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choice, constant, searchSpace, uniform } from "../space/index.ts";
import { createRunStore } from "../store/index.ts";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun, type SyntheticOptions } from "./fixtures/synthetic.ts";
import { joinNames } from "../figures/index.ts";
import type { CompareMeta, RunManifest } from "./types.ts";

const folder = runsFolder();
const { columns, get, json } = testApp([folder]);

const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`h${i}`, uniform(0, 1)]));

const odd: Readonly<Record<string, SyntheticOptions>> = {
  "one member": { members: 1, generations: 3 },
  "two members": { members: 2, generations: 3 },
  "no generation": { members: 4, generations: 0 },
  "all failed": { members: 4, generations: 3, failure: 1 },
  "no samples": { members: 4, generations: 3, samples: 0 },
  "one categorical": { members: 6, generations: 4, space: searchSpace({ kind: choice(["a", "b"]) }) },
  "all fixed": { members: 4, generations: 2, space: searchSpace({ lr: constant(0.1) }) },
  "40 hyperparameters": { members: 6, generations: 3, space: searchSpace(many) },
  "still running": { members: 4, generations: 2, ended: false },
};

const routes = [
  "",
  "/generations",
  "/columns",
  "/ancestry",
  "/ancestry?member=0&smooth=20",
  "/fan",
  "/raster",
  "/population",
  "/hyperparameters",
  "/shares",
  "/lineage",
  "/effective-fitness",
  "/separation",
  "/members",
  "/members/0",
  "/members/0/schedule.csv",
  "/members/0/log",
  "/feed",
  "/export.csv",
  "/export.csv?what=samples",
  "/export.csv?what=generations",
  "/snapshot",
];

describe.each(Object.entries(odd))("a run with %s", (name, options) => {
  it("answers every route", async () => {
    await syntheticRun(join(folder, name), options);
    for (const route of routes) {
      const response = await get(`/api/runs/${encodeURIComponent(name)}${route}`);
      expect([route, response.status]).toEqual([route, 200]);
      await response.arrayBuffer();
    }
    const manifest = await json<RunManifest>(`/api/runs/${encodeURIComponent(name)}`);
    for (const answer of Object.values(manifest.answers)) {
      expect(answer).toMatch(/^\S.*\.$/);
      expect(answer).not.toMatch(/NaN|undefined|null|Infinity/);
    }
  });
});

describe("a run that has not begun", () => {
  it("is in the list, and says of everything else that there is nothing yet", async () => {
    await createRunStore(join(folder, "empty")).then((store) => store.close());
    for (const route of routes) {
      const response = await get(`/api/runs/empty${route}`);
      expect([route, response.status]).toEqual([route, 404]);
      expect(await response.text()).toContain("nothing has begun yet");
    }
  });
});

describe("runs whose names hold commas and percent signs", () => {
  const names = ["lr=0.1,wd=0", "top 20%2C of it"];

  it("are compared like others, each under its name", async () => {
    for (const name of names) await syntheticRun(join(folder, name), { members: 3, generations: 2 });
    const ask = (runs: string) => columns<CompareMeta>(`/api/compare?px=16&runs=${encodeURIComponent(runs)}`);
    expect((await ask(joinNames(names))).meta.runs.map(({ run }) => run)).toEqual(names);
    await syntheticRun(join(folder, "plain"), { members: 3, generations: 2 });
    await syntheticRun(join(folder, "50 %"), { members: 3, generations: 2 });
    // As links were written before.
    expect((await ask("plain,50 %")).meta.runs.map(({ run }) => run)).toEqual(["plain", "50 %"]);
  });
});
