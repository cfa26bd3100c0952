import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { linesOf, rejection, start, temporaryDirectory } from "./fixtures/harness.ts";
import { createRunStore, openRunReader, openRunStore, processStartTime } from "./index.ts";
import { ownIdentity, type ProcessIdentity, portableStartTime } from "./process-identity.ts";
import { loadSqlite } from "./sqlite.ts";

/** A closed run that says that `holder` has it open, as after a crash. */
async function runHeldBy(holder: ProcessIdentity): Promise<string> {
  const directory = temporaryDirectory();
  (await createRunStore(directory)).close();
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(`${directory}/run.db`);
  database.exec(`INSERT INTO writer (one, identity) VALUES (1, '${JSON.stringify(holder)}')`);
  database.close();
  return directory;
}

describe("the writer's lock", () => {
  it("refuses a second writer and names the first", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    symlinkSync(directory, `${directory}/alias`);
    const error = await rejection(openRunStore(directory));
    expect(await rejection(openRunStore(`${directory}/alias`))).toMatchObject({ kind: "locked" });
    expect(error).toMatchObject({ name: "StoreError", kind: "locked" });
    expect(error.message).toContain(`in use by process ${process.pid} on ${hostname()}`);
    expect(error.message).toContain("polytempo status");
    expect(store.decisionCount()).toBe(0);
    store.close();
    (await openRunStore(directory)).close();
  });

  it("lets exactly one of several starters take over a killed run, and create a new one", async () => {
    const directory = temporaryDirectory();
    (await createRunStore(directory)).close();
    const first = start("write-forever.ts", directory);
    expect(await linesOf(first)()).toBe("ready");
    first.kill("SIGKILL");
    await once(first, "close");
    const reader = await openRunReader(directory);
    expect(reader.writer()).toEqual({ pid: first.pid, host: hostname(), state: "dead" });
    reader.close();
    for (const [how, place, losers] of [
      ["open", directory, "locked"],
      ["create", `${temporaryDirectory()}/new`, "exists"],
    ] as const) {
      const racers = Array.from({ length: 4 }, () => start("race.ts", how, place));
      const lines = racers.map(linesOf);
      const ended = racers.map((racer) => once(racer, "close"));
      expect(await Promise.all(lines.map((next) => next()))).toEqual(Array(4).fill("ready"));
      for (const racer of racers) racer.stdin.write("go\n");
      const outcomes = await Promise.all(lines.map((next) => next()));
      expect(outcomes.toSorted()).toEqual([losers, losers, losers, "won"]);
      for (const racer of racers) racer.stdin.end();
      await Promise.all(ended);
      (await openRunStore(place)).close();
    }
  });

  it("takes over from a process that is dead, from itself when it no longer holds it, and from one whose pid now belongs to another", async () => {
    const here = ownIdentity();
    for (const holder of [
      here,
      { ...here, startTime: "12" },
      { ...here, pid: 4_194_305 },
      { ...here, boot: "an earlier start of this machine" },
      { ...here, host: "another container on this machine" },
    ]) {
      const directory = await runHeldBy(holder);
      const store = await openRunStore(directory);
      expect(store.writer()).toMatchObject({ pid: process.pid, state: "alive" });
      store.close();
    }
  });

  it("refuses a live holder even where the system's own lock is gone", async () => {
    const directory = await runHeldBy({
      ...ownIdentity(),
      pid: process.ppid,
      startTime: processStartTime(process.ppid)!,
    });
    const error = await rejection(openRunStore(directory, { takeOver: true }));
    expect(error).toMatchObject({
      kind: "locked",
      message: expect.stringContaining(`process ${process.ppid} `),
    });
  });

  it("leaves a holder on another machine alone unless told to take over", async () => {
    const directory = await runHeldBy({ pid: 7, startTime: "1", host: "node17", boot: "b" });
    const error = await rejection(openRunStore(directory));
    expect(error).toMatchObject({ kind: "locked", message: expect.stringContaining("process 7 on node17") });
    expect(error.message).toContain("--take-over");
    const reader = await openRunReader(directory);
    expect(reader.writer()).toEqual({ pid: 7, host: "node17", state: "unknown" });
    reader.close();
    (await openRunStore(directory, { takeOver: true })).close();
  });
});

describe("start times of processes", () => {
  it.each([
    ["of this system", processStartTime],
    ["by ps", portableStartTime],
  ])("%s tell a live process from a dead one and from a zombie", async (_, startTime) => {
    expect(startTime(process.pid)).toMatch(/\S/);
    expect(startTime(process.pid)).toBe(startTime(process.pid));
    expect(startTime(4_194_305)).toBeNull();
    const child = start("race.ts", "open", temporaryDirectory());
    expect(await linesOf(child)()).toBe("ready");
    expect(startTime(child.pid!)).toMatch(/\S/);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(startTime(child.pid!)).toBeNull();
  });
});
