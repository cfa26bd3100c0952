import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoreError } from "../errors/index.ts";
import { guarded } from "./failures.ts";
import { eventsOf, runGeneration } from "./fixtures/exercise.ts";
import { asOrdinaryUser, rejection, start, temporaryDirectory, thrown } from "./fixtures/harness.ts";
import { createRunStore, decisionLine, openRunReader, openRunStore } from "./index.ts";
import { loadSqlite } from "./sqlite.ts";

const generations = 12;

/** The lines that the exercise's decision log consists of. */
const expectedLines = Array.from({ length: 200 }, (_, generation) => eventsOf(generation))
  .flat()
  .map((event, seq) => decisionLine({ ...event, seq }));

/** A run of 12 generations that was closed. */
async function finishedRun(): Promise<string> {
  const directory = join(temporaryDirectory(), "run");
  const store = await createRunStore(directory);
  for (let generation = 0; generation < generations; generation++) runGeneration(store, generation);
  store.close();
  return directory;
}

/** A run whose writer was killed after 12 generations or a few more: most of it is in the write-ahead log. */
async function killedRun(): Promise<string> {
  const directory = temporaryDirectory();
  (await createRunStore(directory)).close();
  const child = start("write-forever.ts", directory);
  const ended = once(child, "close");
  const reader = await openRunReader(directory);
  await expect.poll(() => reader.decisionCount(), { timeout: 20_000 }).toBeGreaterThan(generations * 3);
  child.kill("SIGKILL");
  await ended;
  reader.close();
  return directory;
}

/** Opening for writing, then for reading with `check`: the StoreError of each, or null. */
async function tryBoth(directory: string): Promise<(StoreError | null)[]> {
  const write = async (): Promise<void> => (await openRunStore(directory)).close();
  const read = async (): Promise<void> => {
    const reader = await openRunReader(directory);
    try {
      reader.check();
    } finally {
      reader.close();
    }
  };
  const outcomes: (StoreError | null)[] = [];
  for (const attempt of [read, write])
    outcomes.push(
      await attempt().then(
        () => null,
        (error: StoreError) => error,
      ),
    );
  return outcomes;
}

describe("a damaged run.db", () => {
  it("is reported and left as it is when truncated, at any length", async () => {
    const finished = await finishedRun();
    const path = join(finished, "run.db");
    const whole = readFileSync(path);
    const lengths = [0, 1, 15, 16, 99, 100, 101, 511, 512, 1000, 4095, 4096, 4097, 8192, 20_000];
    for (const length of [...lengths, whole.length >> 1, whole.length - 4096, whole.length - 1]) {
      const part = whole.subarray(0, length);
      writeFileSync(path, part);
      for (const error of await tryBoth(finished)) {
        expect([length, error?.name, error?.kind]).toEqual([length, "StoreError", "corrupt"]);
        expect(error!.message).toContain(path);
        expect(error!.message).toContain("Nothing was changed");
      }
      expect(readFileSync(path).equals(part)).toBe(true);
    }
    writeFileSync(path, whole);
    expect(await tryBoth(finished)).toEqual([null, null]);
  });

  it("is reported and left as it is when it holds random bytes, text or another program's tables", async () => {
    const finished = await finishedRun();
    const path = join(finished, "run.db");
    const { DatabaseSync } = await loadSqlite();
    const other = join(finished, "other.db");
    const database = new DatabaseSync(other);
    database.exec("CREATE TABLE decisions (seq)");
    database.close();
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
    for (const bytes of [noise, Buffer.from("name: my run\n".repeat(900)), readFileSync(other)]) {
      writeFileSync(path, bytes);
      for (const error of await tryBoth(finished))
        expect(error).toMatchObject({ name: "StoreError", kind: "corrupt" });
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it("never yields a wrong decision log when single pages are overwritten", async () => {
    const finished = await finishedRun();
    const path = join(finished, "run.db");
    const whole = readFileSync(path);
    let found = 0;
    const pages = whole.length / 4096;
    for (let page = 0; page < pages; page++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i < 4096; i++) bytes[page * 4096 + i] = (i * 97 + page * 31) & 0xff;
      writeFileSync(path, bytes);
      const errors = await tryBoth(finished);
      for (const error of errors) expect(error?.kind ?? "corrupt").toBe("corrupt");
      if (errors.some((error) => error !== null)) {
        found++;
        expect(readFileSync(path).equals(bytes)).toBe(true);
        continue;
      }
      const reader = await openRunReader(finished);
      expect([...reader.decisionLines()]).toEqual(expectedLines.slice(0, generations * 3));
      reader.close();
    }
    // The others are free pages, or hold nothing but metric samples.
    expect(found).toBeGreaterThan(pages / 2);
  });

  it("gives a prefix of the log, whole transactions only, when its write-ahead log is cut or spoiled", async () => {
    const crashed = await killedRun();
    const wal = readFileSync(join(crashed, "run.db-wal"));
    const database = readFileSync(join(crashed, "run.db"));
    const cut = fc.record({ at: fc.integer({ min: 0, max: wal.length }), spoil: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cut, async ({ at, spoil }) => {
        const directory = temporaryDirectory();
        writeFileSync(join(directory, "run.db"), database);
        const rest = spoil ? Buffer.alloc(wal.length - at, 0x5a) : Buffer.alloc(0);
        writeFileSync(join(directory, "run.db-wal"), Buffer.concat([wal.subarray(0, at), rest]));
        const store = await openRunStore(directory);
        store.check();
        const lines = [...store.decisionLines()];
        expect(lines).toEqual(expectedLines.slice(0, lines.length));
        expect(lines.length % 3).toBe(0);
        store.close();
      }),
      { numRuns: 25, examples: [[{ at: 0, spoil: false }], [{ at: wal.length, spoil: false }]] },
    );
  });

  it("is refused, unchanged, when a newer version wrote it", async () => {
    const finished = await finishedRun();
    const path = join(finished, "run.db");
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    const before = readFileSync(path);
    for (const error of await tryBoth(finished)) {
      expect(error).toMatchObject({ name: "StoreError", kind: "version" });
      expect(error!.message).toContain("format 99");
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("a run that is not there, or there already", () => {
  it("is reported with the path and what to do", async () => {
    const root = temporaryDirectory();
    for (const directory of [root, join(root, "no/such")]) {
      for (const open of [openRunStore, openRunReader]) {
        const error = await rejection(open(directory));
        expect(error).toMatchObject({ name: "StoreError", kind: "missing" });
        expect(error.message).toContain(`${directory}: no run here`);
      }
      expect(existsSync(join(directory, "run.db"))).toBe(false);
    }
    (await createRunStore(root)).close();
    const before = readFileSync(join(root, "run.db"));
    expect(await rejection(createRunStore(root))).toMatchObject({ name: "StoreError", kind: "exists" });
    expect(readFileSync(join(root, "run.db")).equals(before)).toBe(true);
    writeFileSync(join(root, "file"), "");
    expect(await rejection(createRunStore(join(root, "file")))).toMatchObject({
      name: "StoreError",
      kind: "exists",
    });
    const below = await rejection(createRunStore(join(root, "file", "run")));
    expect(below).toMatchObject({ name: "StoreError", kind: "exists" });
    expect(below.message).toContain(`${join(root, "file")}: is a file, not a directory`);
  });
});

describe("a creation that was killed half-way", () => {
  it("leaves no run, and its left-over goes with the next opening, but not that of a creation under way", async () => {
    const root = temporaryDirectory();
    const dead = join(root, "run.db.new-4194305-1");
    const live = join(root, `run.db.new-${process.ppid}-1`);
    for (const file of [dead, live]) writeFileSync(file, "");
    expect(await rejection(openRunStore(root))).toMatchObject({ kind: "missing" });
    (await createRunStore(root)).close();
    expect([existsSync(dead), existsSync(live)]).toEqual([false, true]);
  });
});

describe("a place that may not be written", () => {
  it("is reported, and what is there can still be read", async () => {
    const finished = await finishedRun();
    const closed = temporaryDirectory();
    chmodSync(closed, 0o555);
    chmodSync(join(finished, ".."), 0o755);
    chmodSync(join(finished, "run.db"), 0o444);
    chmodSync(finished, 0o555);
    await asOrdinaryUser(async () => {
      for (const attempt of [
        createRunStore(join(closed, "run")),
        createRunStore(closed),
        openRunStore(finished),
      ]) {
        const error = await rejection(attempt);
        expect(error).toMatchObject({ name: "StoreError", kind: "readonly" });
        expect(error.message).toMatch(/permission|may read and write/);
      }
      const reader = await openRunReader(finished);
      expect([...reader.decisionLines()]).toEqual(expectedLines.slice(0, generations * 3));
      const request = { action: "stop", member: null, detail: null, by: "x" } as const;
      expect(thrown(() => reader.requestControl(request))).toMatchObject({ kind: "readonly" });
      reader.close();
    });
  });
});

describe("a full disk", () => {
  it("stops with a clear error, and nothing committed is lost or half there", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory, { maxDatabaseBytes: 160_000 });
    let generation = 0;
    const error = thrown(() => {
      for (; generation < 200; generation++) runGeneration(store, generation);
    });
    expect(error).toMatchObject({ name: "StoreError", kind: "full" });
    expect(error.message).toContain("Nothing committed is lost");
    const lines = [...store.decisionLines()];
    expect(lines.length).toBeGreaterThanOrEqual(generation * 3);
    try {
      store.close();
    } catch (failure) {
      expect(failure).toMatchObject({ kind: "full" });
    }
    // The same process, although its name may still stand in run.db.
    const again = await openRunStore(directory);
    again.check();
    expect([...again.decisionLines()]).toEqual(expectedLines.slice(0, lines.length));
    for (const id of again.checkpoints.list()) again.checkpoints.locate(id);
    for (let next = lines.length / 3; next < generation + 3; next++) runGeneration(again, next);
    expect([...again.decisionLines()]).toEqual(expectedLines.slice(0, (generation + 3) * 3));
    again.close();
  });

  it("and other failures of the system become the StoreError that fits", () => {
    const system = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });
    const database = (errcode: number): Error =>
      Object.assign(new Error("it failed"), { code: "ERR_SQLITE_ERROR", errcode });
    const withoutCode = (message: string): Error =>
      Object.assign(new Error(`it failed: ${message}`), { code: "ERR_SQLITE_ERROR" });
    const table: [Error, string][] = [
      [system("ENOSPC"), "full"],
      [system("EDQUOT"), "full"],
      [system("EROFS"), "readonly"],
      [system("EACCES"), "readonly"],
      [system("ENOENT"), "missing"],
      [system("EIO"), "io"],
      [database(13), "full"],
      [database(8 | (6 << 8)), "readonly"],
      [database(14), "readonly"],
      [database(11 | (1 << 8)), "corrupt"],
      [database(26), "corrupt"],
      [database(5), "locked"],
      [database(10 | (3 << 8)), "io"],
      [withoutCode("database disk image is malformed"), "corrupt"],
      [withoutCode("database or disk is full"), "full"],
    ];
    for (const [error, kind] of table) {
      const failure = thrown(() =>
        guarded("runs/x/run.db", () => {
          throw error;
        }),
      );
      expect([error.message, failure]).toMatchObject([error.message, { name: "StoreError", kind }]);
      expect(failure.message).toMatch(/^runs\/x\/run\.db: .*it failed/);
    }
    const bug = new TypeError("a bug");
    expect(
      thrown(() =>
        guarded("x", () => {
          throw bug;
        }),
      ),
    ).toBe(bug);
  });
});

describe("a run.db that is cut while it is read", () => {
  it("is reported to the reader that has it open", async () => {
    const finished = await finishedRun();
    const reader = await openRunReader(finished);
    expect(reader.decisionCount()).toBe(generations * 3);
    truncateSync(join(finished, "run.db"), 4096);
    expect(thrown(() => [...reader.decisions()])).toMatchObject({ name: "StoreError", kind: "corrupt" });
    reader.close();
  });
});
