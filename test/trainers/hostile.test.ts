import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { SegmentOutcome } from "../../src/engine/index.ts";
import { commandTrainer, sharedReaper } from "../../src/trainers/index.ts";
import { after, bench, eventually, processesWith, hostile as folder } from "./harness.ts";
import { catalogue, commandOf, type Hostile } from "./hostile/catalogue.ts";

const hostile = (name: string) => catalogue.find((entry) => entry.name === name)!;

interface Ending {
  readonly first: SegmentOutcome | null;
  readonly outcome: SegmentOutcome;
  readonly repeated: SegmentOutcome;
  /** Processes of the segment that were alive after its outcome, a resident one apart. */
  readonly alive: number;
  readonly groups: number;
  readonly scratch: readonly string[];
  readonly directory: string;
}

async function endingOf(entry: Hostile): Promise<Ending> {
  const member = await bench(commandTrainer(commandOf(entry)));
  let first = null;
  let { segment, outcome } = await member.run();
  if (entry.segment === "second") {
    first = outcome;
    ({ segment, outcome } = await member.run(after(segment)));
  }
  const alive = processesWith(`POLYTEMPO_SAVE=${segment.save}`).filter((pid) => !member.groups.has(pid));
  const repeated = await member.run({ attempt: 2 });
  await member.close();
  return {
    first,
    outcome,
    repeated: repeated.outcome,
    alive: alive.length,
    groups: member.groups.size,
    scratch: readdirSync(join(member.directory, "scratch")),
    directory: member.directory,
  };
}

describe("a hostile trainer", () => {
  const endings = new Map<Hostile, Ending>();
  let shared: ReturnType<typeof sharedReaper>;

  // Together, because most of the time is waiting for processes to start.
  beforeAll(async () => {
    shared = sharedReaper();
    const waiting = [...catalogue];
    const work = async (): Promise<void> => {
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
        endings.set(entry, await endingOf(entry));
      }
    };
    await Promise.all([work(), work(), work(), work()]);
  }, 120_000);

  it.each(catalogue.map((entry) => [entry.name, entry.cause ?? entry.status, entry] as const))(
    "%s ends as %s, leaves no process and does no harm to the next segment",
    (_, __, entry) => {
      const { first, outcome, repeated, alive, groups, scratch } = endings.get(entry)!;
      if (entry.segment === "second") expect(first?.status).toBe("ok");
      expect(outcome).toMatchObject({
        status: entry.status,
        ...(entry.cause === undefined ? {} : { cause: entry.cause }),
      });
      if (outcome.status === "ok") expect(outcome.metrics["q"]).toBe(entry.value);
      else expect(outcome.message).toContain(entry.message);
      expect(repeated.status).toBe(entry.segment === "second" ? "ok" : entry.status);
      expect({ alive, groups, scratch }).toEqual({
        alive: entry.name === "daemon" ? 1 : 0,
        groups: 0,
        scratch: [],
      });
    },
  );

  it("leaves nothing behind once the run is over, not even in a session of its own", async () => {
    expect(endings.size).toBe(catalogue.length);
    await shared.release();
    for (const { directory } of endings.values()) {
      await eventually("no process is left", () => processesWith(directory).length === 0);
    }
  });

  it("is in the catalogue, whichever script it is", () => {
    const scripts = readdirSync(folder).filter((name) => name.endsWith(".py") && name !== "contract.py");
    expect(scripts.map((name) => name.slice(0, -3)).toSorted()).toEqual(
      [...new Set(catalogue.map(({ name }) => name))].toSorted(),
    );
    expect(scripts.length).toBeGreaterThanOrEqual(24);
  });

  it("that prints 200 MB costs little memory and disk, and its last words are kept", async () => {
    const member = await bench(commandTrainer(commandOf(hostile("flood"))));
    const before = process.memoryUsage();
    let highest = 0;
    const watch = setInterval(() => {
      const now = process.memoryUsage();
      highest = Math.max(highest, now.heapUsed + now.external - before.heapUsed - before.external);
    }, 5);
    for (let attempt = 1; attempt <= 3; attempt++) await member.run({ attempt });
    clearInterval(watch);
    expect(highest).toBeGreaterThan(0);
    expect(highest).toBeLessThan(64 * 1024 * 1024);
    const log = join(member.directory, "logs", "m03.log");
    expect(statSync(log).size).toBeLessThan(3 * (256 + 64 + 1) * 1024);
    const text = readFileSync(log, "latin1");
    expect(text).toMatch(/--- about 19\d{7} bytes of output are not kept ---/);
    expect(text.trimEnd().endsWith("the last words")).toBe(true);
  });

  it("that crashes says why: the last lines that it printed come with the outcome", async () => {
    const member = await bench(commandTrainer(commandOf(hostile("raises"))));
    const { outcome } = await member.run();
    expect(outcome.status === "failed" && outcome.tail).toMatch(
      /Traceback[\s\S]*ValueError: no such layer: conv9$/,
    );
  });

  it("that reports fifty thousand times is passed on ten thousand times, and its last value counts", async () => {
    const member = await bench(commandTrainer(commandOf(hostile("report_flood"))));
    const { outcome } = await member.run();
    expect(member.reports).toHaveLength(10_000);
    expect(outcome.status === "ok" && outcome.metrics["q"]).toBe(1);
  });

  it("that reports after it is done is not heard, and the next segment is none the worse", async () => {
    const member = await bench(commandTrainer(commandOf(hostile("after_done"))));
    const first = await member.run();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await member.run(after(first.segment));
    expect([first.outcome, second.outcome].map((o) => o.status === "ok" && o.metrics["q"])).toEqual([1, 1]);
    expect(member.started).toHaveLength(1);
  });

  it("that crashes as a resident process is started again for the next segment", async () => {
    const member = await bench(commandTrainer(commandOf(hostile("resident_crash"))));
    const first = await member.run();
    const second = await member.run(after(first.segment));
    const third = await member.run({ ...after(first.segment), attempt: 2 });
    expect([first, second, third].map(({ outcome }) => outcome.status)).toEqual(["ok", "failed", "ok"]);
    expect(second.outcome.status === "failed" && second.outcome.tail).toContain("MemoryError: no room");
    expect(member.started).toHaveLength(2);
  });
});
