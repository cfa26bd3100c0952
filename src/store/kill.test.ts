import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { key, stream } from "../random/index.ts";
import {
  checkpointOf,
  eventsOf,
  generationsDone,
  members,
  runGeneration,
  samplesPerSegment,
} from "./fixtures/exercise.ts";
import { linesOf, start, temporaryDirectory } from "./fixtures/harness.ts";
import { bruteForce } from "./fixtures/rollups.ts";
import { createRunStore, decisionLine, openRunReader, openRunStore, type RunStore } from "./index.ts";

/** Many processes one after another: on a busy machine this takes minutes. */
vi.setConfig({ testTimeout: 300_000 });

const kills = 20;

/** Everything that must hold of a run after a kill -9, whenever that came. */
function expectSound(store: RunStore, directory: string): void {
  store.check();
  const generations = generationsDone(store);
  expect(Number.isInteger(generations)).toBe(true);
  const expected = Array.from({ length: generations }, (_, generation) => eventsOf(generation)).flat();
  expect([...store.decisionLines()]).toEqual(expected.map((event, seq) => decisionLine({ ...event, seq })));

  const onDisk = readdirSync(join(directory, "checkpoints"))
    .filter((name) => name.startsWith("m"))
    .flatMap((member) =>
      readdirSync(join(directory, "checkpoints", member)).map((name) => join(member, name)),
    );
  const located = store.checkpoints.list().map((id) => store.checkpoints.locate(id).directory);
  expect(onDisk.map((name) => join(directory, "checkpoints", name)).toSorted()).toEqual(located.toSorted());
  expect(readdirSync(join(directory, "checkpoints", "preparing"))).toEqual([]);

  const unfinished = store.segments(generations).map(({ member }) => member);
  for (const member of members) {
    if (generations > 0) expect(store.checkpoints.has(checkpointOf(member, generations - 1))).toBe(true);
    const steps = store.metrics("loss", member).map(({ step }) => step);
    const settled = generations + (unfinished.includes(member) ? 1 : 0);
    const all = Array.from({ length: (settled + 1) * samplesPerSegment }, (_, i) => stepOf(i));
    // Of a segment that ended, every sample once; of the one that was under way, the first few.
    expect(steps.length).toBeGreaterThanOrEqual(settled * samplesPerSegment);
    expect(steps).toEqual(all.slice(0, steps.length));
    for (const level of [0, 1]) {
      expect(store.metricBuckets("loss", member, level)).toEqual(
        bruteForce(store.metrics("loss", member), level),
      );
    }
  }
}

const stepOf = (i: number): number => Math.floor(i / samplesPerSegment) * 10 + (i % samplesPerSegment);

describe("kill -9 of the writer at a random moment", () => {
  it("loses nothing committed, doubles nothing and leaves no half checkpoint, 20 times over one run", async () => {
    const directory = temporaryDirectory();
    (await createRunStore(directory)).close();
    const draws = stream(key(20), "kill");
    for (let round = 0; round < kills; round++) {
      const child = start("write-forever.ts", directory);
      const next = linesOf(child);
      expect(await next()).toBe("ready");
      // Some way into its work, however slow the machine is just now, and then at any moment.
      for (let done = 1 + Math.floor(draws.uniform() * 3); done > 0; done--)
        expect(await next()).toBe("done");
      await new Promise((resolve) => setTimeout(resolve, draws.uniform() * 20));
      child.kill("SIGKILL");
      await once(child, "close");
      const reader = await openRunReader(directory);
      const count = reader.decisionCount();
      reader.close();
      const store = await openRunStore(directory);
      expect(store.decisionCount()).toBe(count);
      expectSound(store, directory);
      store.close();
    }
    const store = await openRunStore(directory);
    const until = generationsDone(store) + 2;
    for (let generation = until - 2; generation < until; generation++) runGeneration(store, generation);
    expectSound(store, directory);
    const undisturbed = await createRunStore(temporaryDirectory());
    for (let generation = 0; generation < until; generation++) runGeneration(undisturbed, generation);
    expect(store.decisionDigest()).toBe(undisturbed.decisionDigest());
    // Killed while it worked, not while it started: otherwise this test would show nothing.
    expect(until).toBeGreaterThan(kills);
    for (const one of [store, undisturbed]) one.close();
    expect(existsSync(join(directory, "run.db"))).toBe(true);
  });
});
