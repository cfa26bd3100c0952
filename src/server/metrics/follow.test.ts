import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createRunStore, openRunReader, type RunReader } from "../../store/index.ts";
import { fanOf, GrowingFan } from "./fan.ts";
import { Follower } from "./follow.ts";
import { noNumberPixels } from "./gaps.ts";
import { fillLast, fillRow, type Grid, hold, lastRows, pixelRows } from "./pixels.ts";
import { levelOf } from "./read.ts";
import { LastSheet, LineSheet } from "./sheet.ts";

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const members = [0, 1, 2];
const levels = [0, 0.25, 0.5, 1];

/** The sheets drawn anew, in one go, from what the store gives at the level that the grid wants now. */
function anew(reader: RunReader, grid: Grid) {
  const level = levelOf(reader, "loss", members, grid);
  const [lines, own, held] = [
    pixelRows(members.length, grid.px),
    lastRows(members.length, grid.px),
    lastRows(members.length, grid.px),
  ];
  const tables = reader.metricTables("loss", members, level, { from: grid.x0, until: grid.x1 });
  for (const [row, table] of tables.entries()) {
    fillRow(lines, row, grid, table);
    fillLast(own, row, grid, table);
    hold(own, held, row);
  }
  const none = tables.map((table) => [...noNumberPixels(table, grid)].toSorted((a, b) => a - b));
  return { level, lines, held, none, fan: fanOf(held, levels) };
}

/** Place of the first number that differs; −1: there is none. */
function firstDifference(a: Float32Array | Uint16Array, b: Float32Array | Uint16Array): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

/** A page that looks at a grid all the time. */
class Watcher {
  readonly grid: Grid;
  /** Times that what it had was of use. */
  went = 0;
  began = 0;
  #all: { readonly sheet: LastSheet; readonly follower: Follower; readonly fan: GrowingFan } | null = null;
  #few: { readonly sheet: LineSheet; readonly follower: Follower } | null = null;

  constructor(grid: Grid) {
    this.grid = grid;
  }

  async look(reader: RunReader): Promise<void> {
    const { grid } = this;
    if (this.#all?.follower.follow() !== true) {
      const sheet = new LastSheet(members.length, grid);
      const whole = this.began % 2 === 1;
      const follower = await Follower.begin(reader, "loss", members, sheet, whole);
      this.#all = { sheet, follower, fan: new GrowingFan(grid.px, levels) };
      this.began++;
    } else this.went++;
    if (this.#few?.follower.follow() !== true) {
      const sheet = new LineSheet(members.length, grid);
      this.#few = { sheet, follower: await Follower.begin(reader, "loss", members, sheet, grid.px < 50) };
    }
    const [all, few] = [this.#all!, this.#few!];
    all.fan.look(all.sheet.held, all.sheet.settle());
    const expected = anew(reader, grid);
    const fan = all.fan.fan;
    const { lines } = expected;
    for (const [mine, its] of [
      [all.sheet.held.last, expected.held.last],
      [fan.quantiles, expected.fan.quantiles],
      [fan.count, expected.fan.count],
      [few.sheet.pixels.first, lines.first],
      [few.sheet.pixels.min, lines.min],
      [few.sheet.pixels.max, lines.max],
      [few.sheet.pixels.last, lines.last],
    ] as const)
      expect(firstDifference(mine, its)).toBe(-1);
    expect(fan.robust).toEqual(expected.fan.robust);
    expect(members.map((_, row) => few.sheet.noNumbers(row))).toEqual(expected.none);
    const still = new LastSheet(members.length, grid, false);
    await Follower.begin(reader, "loss", members, still);
    still.settle();
    expect(firstDifference(still.held.last, expected.held.last)).toBe(-1);
    expect(all.follower.bucketSamples).toBe(8 ** (expected.level + 1));
  }
}

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.1) },
);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("report" as const),
      members: fc.subarray(members, { minLength: 1 }),
      values: fc.array(value, { minLength: 1, maxLength: 90 }),
    }),
  },
  // A copy of a state that was behind: its steps go back.
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("back" as const),
      member: fc.nat({ max: 2 }),
      by: fc.nat({ max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("again" as const), member: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: "next" as const }) },
);

/** A run that is written and watched by turns. */
async function watched(
  before: number,
  actions: readonly (typeof action extends fc.Arbitrary<infer A> ? A : never)[],
  grids: readonly Grid[],
) {
  const directory = mkdtempSync(join(tmpdir(), "polytempo-follow-"));
  made.push(directory);
  const store = await createRunStore(directory, { flushMetricsAfterMs: 60_000 });
  const [steps, attempts] = [
    [0, 0, 0],
    [1, 1, 1],
  ];
  let generation = 0;
  const report = (member: number, values: readonly number[]): void => {
    for (const one of values)
      store.addMetrics(member, generation, attempts[member]!, ++steps[member]!, { loss: one });
    store.transaction(() => {});
  };
  for (const member of members)
    report(
      member,
      Array.from({ length: before }, (_, i) => 1 + (i % 37)),
    );
  generation++;
  const reader = await openRunReader(directory);
  const watchers = grids.map((grid) => new Watcher(grid));
  for (const watcher of watchers) await watcher.look(reader);
  for (const one of actions) {
    if (one.type === "next") generation++;
    else if (one.type === "report") for (const member of one.members) report(member, one.values);
    else if (one.type === "back") steps[one.member] = Math.max(0, steps[one.member]! - one.by);
    else {
      attempts[one.member]!++;
      report(one.member, [7, 7, 7]);
    }
    for (const watcher of watchers) await watcher.look(reader);
  }
  reader.close();
  store.close();
  return watchers;
}

describe("a sheet that follows its series", () => {
  it("is, sample by sample, what drawing it anew makes of it", async () => {
    let went = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
        const watchers = await watched(0, actions, [
          { x0: 0, x1: 500, px: 40 },
          { x0: 100, x1: 220, px: 200 },
        ]);
        for (const watcher of watchers) went += watcher.went;
      }),
      { numRuns: 15 },
    );
    expect(went).toBeGreaterThan(100);
  });

  it("is so also of buckets, while the one that fills grows and closes", async () => {
    const actions = fc.sample(action, { numRuns: 50, seed: 5 });
    const watchers = await watched(7000, actions, [
      { x0: 0, x1: 9000, px: 40 },
      { x0: 0, x1: 9000, px: 1500 },
      { x0: 6500, x1: 8000, px: 64 },
      { x0: 0, x1: 40_000, px: 16 },
    ]);
    for (const { went } of watchers) expect(went).toBeGreaterThan(40);
  });
});
