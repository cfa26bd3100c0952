import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./fixtures/harness.ts";
import { bruteForce } from "./fixtures/rollups.ts";
import { createRunStore, type MetricPoint, openRunReader, openRunStore, type RunReader } from "./index.ts";
import { loadSqlite } from "./sqlite.ts";

/** Makes a file of format 1 out of one of format 2: each bucket in a row of its own. */
async function toFormat1(directory: string): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(join(directory, "run.db"));
  const rows = database.prepare("SELECT * FROM buckets").all() as {
    series: number;
    level: number;
    position: number;
    data: Uint8Array;
  }[];
  database.exec("BEGIN; DELETE FROM buckets");
  const insert = database.prepare(
    "INSERT INTO buckets (series, level, position, from_step, until_step, data) VALUES (?, ?, ?, ?, ?, ?)",
  );
  for (const { series, level, position, data } of rows) {
    for (let i = 0; i * 48 < data.length; i++) {
      const one = data.slice(i * 48, (i + 1) * 48);
      const view = new DataView(one.buffer);
      insert.run(series, level, position + i, view.getFloat64(0, true), view.getFloat64(8, true), one);
    }
  }
  database.exec("PRAGMA user_version = 1; COMMIT");
  database.close();
}

async function formatOf(directory: string): Promise<{ version: number; rows: number }> {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(join(directory, "run.db"), { readOnly: true });
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  const { n } = database.prepare("SELECT count(*) AS n FROM buckets").get() as { n: number };
  database.close();
  return { version, rows: n };
}

const samples = (from: number, until: number): MetricPoint[] =>
  Array.from({ length: until - from }, (_, i) => ({ step: from + i, value: Math.sin(from + i) }));

function expectSamples(run: RunReader, points: readonly MetricPoint[]): void {
  expect(run.metrics("loss", 1)).toEqual(points);
  for (const level of [0, 1, 2, 3])
    expect(run.metricBuckets("loss", 1, level)).toEqual(bruteForce(points, level));
  const range = { from: 1500, until: 1600 };
  expect(run.metricBuckets("loss", 1, 0, range)).toEqual(
    bruteForce(points, 0).filter((one) => one.untilStep >= range.from && one.fromStep <= range.until),
  );
}

describe("a run of format 1", () => {
  it("is read as it is, and goes on as one of this format when it is opened for writing", async () => {
    const directory = temporaryDirectory();
    let store = await createRunStore(directory);
    const add = (points: readonly MetricPoint[], generation: number, attempt = 1): void => {
      for (const { step, value } of points) store.addMetrics(1, generation, attempt, step, { loss: value });
    };
    const old = samples(0, 3333);
    add(old.slice(0, 3000), 0);
    add(old.slice(3000), 1);
    store.close();
    const packed = await formatOf(directory);
    await toFormat1(directory);
    const loose = await formatOf(directory);
    expect(loose).toEqual({ version: 1, rows: 416 + 52 + 6 });
    expect(packed).toEqual({ version: 2, rows: 26 + 4 + 1 });

    const reader = await openRunReader(directory);
    expectSamples(reader, old);
    reader.close();
    expect(await formatOf(directory)).toEqual(loose);

    store = await openRunStore(directory);
    expectSamples(store, old);
    const more = samples(3333, 4000);
    add(more, 1);
    expectSamples(store, [...old, ...more]);
    // A retry takes samples out from the middle of what was written in format 1.
    const again = samples(3000, 3700);
    add(again, 1, 2);
    expectSamples(store, [...old.slice(0, 3000), ...again]);
    store.close();
    expect((await formatOf(directory)).version).toBe(2);

    const after = await openRunReader(directory);
    expectSamples(after, [...old.slice(0, 3000), ...again]);
    after.check();
    after.close();
  });

  it("that has no samples yet becomes one of this format too", async () => {
    const directory = temporaryDirectory();
    (await createRunStore(directory)).close();
    await toFormat1(directory);
    (await openRunStore(directory)).close();
    expect(await formatOf(directory)).toEqual({ version: 2, rows: 0 });
  });
});
