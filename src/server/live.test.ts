import { join } from "node:path";
import { expect, it } from "vitest";
import { type Columns, decodeColumns } from "../figures/index.ts";
import { openRunStore } from "../store/index.ts";
import { runsFolder } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { OpenRun } from "./openRun.ts";
import { Parameters } from "./parameters.ts";
import { Routes } from "./routes.ts";
import type { FanMeta } from "./types.ts";

const directory = join(runsFolder(), "a");
const members = 8;

const requests = [
  "fan?px=300",
  "raster?px=120&sort=rank",
  "columns?px=200&members=0,3,5",
  "fan?px=90&x0=900&x1=1300",
  "columns?px=64&members=2&x0=1100&x1=1500",
];

/** Attempts, and what each member reports in them. */
const rounds: readonly (readonly [number, readonly number[]])[] = [
  [1, [0.3]],
  [1, Array.from({ length: 70 }, (_, i) => 0.3 - i / 1000)],
  [1, [Number.NaN, 0.2, Number.POSITIVE_INFINITY]],
  // What the attempt before reported is gone.
  [2, [0.25, 0.24]],
  [2, [0.23]],
];

/** A server that looks at a run: no answer costs anything by its clock, so none is given again. */
async function onlooker() {
  const routes = new Routes({ readOnly: true, now: () => 0 });
  const run = await OpenRun.open("a", directory);
  return {
    run,
    /** All of an answer but what tells one server's looks at the file from another's. */
    async ask(request: string) {
      await run.refresh();
      const [path = "", query = ""] = request.split("?");
      const given = await routes.respond(run, [path], new Parameters(new URLSearchParams(query)), request);
      const { meta, arrays } = decodeColumns<FanMeta>(
        given as Uint8Array<ArrayBuffer>,
      ) satisfies Columns<FanMeta>;
      return { meta: { ...meta, version: 0 }, arrays };
    },
  };
}

it("whoever has watched a run all the time sees what one sees who comes now", async () => {
  await syntheticRun(directory, { members, generations: 3, interval: 400, samples: 400, ended: false });
  const store = await openRunStore(directory);
  const before = await onlooker();
  for (const request of requests) await before.ask(request);
  expect(before.run.standing().phase).toBe("live");
  let step = 1200;
  let last = 1;
  for (const [attempt, values] of rounds) {
    if (attempt > last) step = 1200;
    last = attempt;
    for (const value of values) {
      step++;
      for (let member = 0; member < members; member++)
        store.addMetrics(member, 3, attempt, step, { loss: value * (1 + member / 10) });
    }
    store.transaction(() => {});
    const now = await onlooker();
    for (const request of requests) {
      const [seen, expected] = [await before.ask(request), await now.ask(request)];
      expect(seen).toEqual(expected);
      const had = [...(seen.arrays["last"] ?? seen.arrays["quantiles"] ?? seen.arrays["image"]!).values];
      expect(had.some((value) => value > 0)).toBe(true);
    }
    now.run.close();
  }
  before.run.close();
  store.close();
});
