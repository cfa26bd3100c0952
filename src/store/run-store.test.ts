import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./fixtures/harness.ts";
import { createRunStore, openRunReader, openRunStore, type SegmentResult } from "./index.ts";

const segment = (member: number, generation: number, attempt: number): SegmentResult => ({
  member,
  generation,
  attempt,
  evaluation: {
    member,
    step: 50,
    value: 0.25,
    reports: [{ step: 25, value: 0.5 }],
    status: "ok",
    checkpoint: { member, generation, step: 50 },
  },
  metrics: { loss: 0.25, nan: null },
  verified: true,
});

describe("transactions", () => {
  it("are all or nothing, over every kind of record", async () => {
    const store = await createRunStore(temporaryDirectory());
    store.addMetrics(1, 0, 1, 5, { loss: 1 });
    const broken = (): void =>
      store.transaction(() => {
        store.appendDecisions([{ generation: 0, kind: "run", member: null, body: {} }]);
        store.appendOperation({ kind: "start" });
        store.putSegment(segment(1, 0, 1));
        store.addMetrics(1, 0, 1, 6, { loss: 2 });
        expect(store.metrics("loss", 1)).toHaveLength(2);
        store.addMetrics(1, 0, 1, 7, { loss: 3 });
        throw new Error("power cut");
      });
    expect(broken).toThrow("power cut");
    expect(store.decisionCount()).toBe(0);
    expect([...store.operations()]).toEqual([]);
    expect(store.segments(0)).toEqual([]);
    expect(store.metrics("loss", 1)).toEqual([{ step: 5, value: 1 }]);
    store.transaction(() => store.addMetrics(1, 0, 1, 8, { loss: 4 }));
    expect(store.metrics("loss", 1).map(({ step }) => step)).toEqual([5, 8]);
    store.close();
  });

  it("join when nested, and a nested failure undoes the outer one even if it is caught", async () => {
    const store = await createRunStore(temporaryDirectory());
    store.transaction(() => {
      store.appendOperation({ kind: "outer" });
      store.transaction(() => store.appendOperation({ kind: "inner" }));
    });
    expect([...store.operations()].map(({ kind }) => kind)).toEqual(["outer", "inner"]);
    const caught = (): void =>
      store.transaction(() => {
        store.appendOperation({ kind: "lost" });
        try {
          store.transaction(() => {
            throw new Error("inner");
          });
        } catch {
          // Swallowed, as careless code would.
        }
      });
    expect(caught).toThrow("a nested store transaction failed");
    expect([...store.operations()]).toHaveLength(2);
    store.close();
  });

  it("refuse asynchronous work and undo what it began", async () => {
    const store = await createRunStore(temporaryDirectory());
    const work = (): Promise<void> => {
      store.appendOperation({ kind: "early" });
      return Promise.resolve();
    };
    expect(() => store.transaction(work)).toThrow("synchronous");
    expect([...store.operations()]).toEqual([]);
    store.close();
  });
});

describe("records", () => {
  it("keep operations with their clock times, in order", async () => {
    let now = 1000;
    const store = await createRunStore(temporaryDirectory(), { now: () => now++ });
    store.appendOperation({ kind: "start", detail: { pid: 12 } });
    store.appendOperation({ kind: "retry", member: 3, generation: 2, attempt: 1 });
    const all = [...store.operations()];
    expect(all).toEqual([
      { id: 1, timeMs: 1000, kind: "start", detail: { pid: 12 } },
      { id: 2, timeMs: 1001, kind: "retry", member: 3, generation: 2, attempt: 1 },
    ]);
    expect([...store.operations(2)]).toEqual(all.slice(1));
    store.close();
  });

  it("keep the last attempt of a segment, and number attempts durably", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    expect([store.beginAttempt(7, 3), store.beginAttempt(7, 3), store.beginAttempt(7, 4)]).toEqual([1, 2, 1]);
    store.putSegment(segment(2, 0, 1));
    store.putSegment(segment(1, 0, 1));
    store.putSegment(segment(2, 0, 2));
    expect(store.segments(0)).toEqual([segment(1, 0, 1), segment(2, 0, 2)]);
    expect(store.segments(1)).toEqual([]);
    store.close();
    const again = await openRunStore(directory);
    expect(again.beginAttempt(7, 3)).toBe(3);
    again.close();
  });

  it("remember tracked processes across openings", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    store.trackProcess(12, "a");
    store.trackProcess(13, "b");
    store.trackProcess(13, "c");
    store.untrackProcess(12);
    store.close();
    const again = await openRunStore(directory);
    expect(again.trackedProcesses()).toEqual([{ pid: 13, startTime: "c" }]);
    again.close();
  });
});

describe("a reader beside the writer", () => {
  it("sees each commit, and none of a transaction before it ends", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    const reader = await openRunReader(directory);
    const before = reader.version();
    expect(reader.version()).toBe(before);
    store.transaction(() => {
      store.appendDecisions([{ generation: 0, kind: "run", member: null, body: { seed: 1 } }]);
      expect(reader.decisionCount()).toBe(0);
    });
    expect(reader.version()).not.toBe(before);
    expect([...reader.decisionLines()]).toEqual([...store.decisionLines()]);
    expect(reader.decisionDigest()).toBe(store.decisionDigest());
    store.putSegment(segment(0, 0, 1));
    expect(reader.segments(0)).toEqual([segment(0, 0, 1)]);
    reader.close();
    store.close();
  });

  it("gets metric samples within the flush interval although nothing was committed", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory, { flushMetricsAfterMs: 5 });
    const reader = await openRunReader(directory);
    store.addMetrics(0, 0, 1, 10, { loss: 0.5 });
    expect(reader.metrics("loss", 0)).toEqual([]);
    await expect.poll(() => reader.metrics("loss", 0)).toEqual([{ step: 10, value: 0.5 }]);
    expect(reader.metricNames()).toEqual(["loss"]);
    reader.close();
    store.close();
  });

  it("sends control requests that the writer executes and acknowledges once", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    const reader = await openRunReader(directory);
    const request = { action: "retire", member: 4, detail: { why: "stuck" }, by: "dashboard" } as const;
    const id = reader.requestControl(request);
    expect(reader.requestControl({ ...request, action: "stop" })).toBe(id + 1);
    expect(store.pendingControls()).toEqual([
      { id, ...request },
      { id: id + 1, ...request, action: "stop" },
    ]);
    store.acknowledgeControl(id, "retired m04");
    expect(reader.pendingControls().map((one) => one.id)).toEqual([id + 1]);
    reader.close();
    store.close();
  });

  it("knows who writes, and that nobody does once the run is closed", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    const reader = await openRunReader(directory);
    expect(reader.writer()).toMatchObject({ pid: process.pid, state: "alive" });
    store.close();
    expect(reader.writer()).toBeNull();
    reader.close();
  });
});
