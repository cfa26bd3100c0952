import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openRunStore, type RunStore } from "../store/index.ts";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";
import { Library } from "./library.ts";
import { Streams } from "./stream.ts";
import type { ProgressMessage } from "./types.ts";

const folder = runsFolder();

/** Reads a stream message by message. */
function reading(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let held = "";
  const message = async (): Promise<{ event: string; id: string | null; data: unknown }> => {
    for (;;) {
      const end = held.indexOf("\n\n");
      if (end >= 0) {
        const lines = held.slice(0, end).split("\n");
        held = held.slice(end + 2);
        const field = (name: string): string | null =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
        if (field("event") === null) continue;
        return { event: field("event")!, id: field("id"), data: JSON.parse(field("data")!) as unknown };
      }
      const { value, done } = await reader.read();
      if (done) throw new Error("the stream ended");
      held += decoder.decode(value);
    }
  };
  return { message, cancel: () => reader.cancel() };
}

let open: RunStore | undefined;
afterEach(() => {
  open?.close();
  open = undefined;
});

async function liveRun(name: string, generations = 4): Promise<RunStore> {
  await syntheticRun(join(folder, name), { members: 4, generations, ended: false, samples: 4 });
  open = await openRunStore(join(folder, name), { flushMetricsAfterMs: 1 });
  return open;
}

describe("server-sent events", () => {
  it("begin with how the run stands, and say each change once, with its sequence number", async () => {
    const store = await liveRun("one");
    const library = new Library([folder]);
    const streams = new Streams(library);
    const client = reading(streams.open("one", undefined));
    const first = await client.message();
    expect(first).toMatchObject({
      event: "progress",
      id: String(store.decisionCount()),
      data: { run: "one", phase: "live", generation: 4, members: 4, since: [], reset: false },
    });
    await streams.tick();
    await streams.tick();
    store.appendDecisions([
      { generation: 3, kind: "intervention", member: 1, body: { action: "retire" } },
      { generation: 3, kind: "end", member: null, body: { reason: "target", best: null } },
    ]);
    await streams.tick();
    const second = await client.message();
    expect(second.id).toBe(String(store.decisionCount()));
    expect((second.data as ProgressMessage).version).toBeGreaterThan((first.data as ProgressMessage).version);
    await client.cancel();
    expect(streams.clients).toBe(0);
    await library.close();
  });

  it("tell of a run that was made again under its name, although it stands as the one before did", async () => {
    (await liveRun("again")).close();
    const library = new Library([folder]);
    const streams = new Streams(library);
    const client = reading(streams.open("again", undefined));
    const first = (await client.message()).data as ProgressMessage;
    rmSync(join(folder, "again"), { recursive: true });
    (await liveRun("again")).close();
    await streams.tick();
    const second = (await client.message()).data as ProgressMessage;
    expect([second.phase, second.seq, second.version]).toEqual([first.phase, first.seq, first.version]);
    expect(second.epoch).not.toBe(first.epoch);
    expect(second.since).toEqual([]);
    await client.cancel();
    await library.close();
  });

  it("tell of new samples by the version, although the log stands still", async () => {
    const store = await liveRun("samples");
    const library = new Library([folder]);
    const streams = new Streams(library);
    const client = reading(streams.open("samples", undefined));
    const first = await client.message();
    store.addMetrics(0, 4, 1, 401, { loss: 1 });
    await vi.waitFor(async () => {
      await streams.tick();
      expect((await library.open("samples")).version).toBeGreaterThan(
        (first.data as ProgressMessage).version,
      );
    });
    const second = await client.message();
    expect(second.id).toBe(first.id);
    await client.cancel();
    await library.close();
  });

  it("go on where a browser left off: the generations since Last-Event-ID", async () => {
    const store = await liveRun("resumed", 5);
    const closed = [...store.decisions()].filter(({ kind }) => kind === "generation").map(({ seq }) => seq);
    const { get } = testApp([folder]);
    const stream = async (id: string) => {
      const response = await get("/api/events?run=resumed", { "last-event-id": id });
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const client = reading(response.body!);
      const { data } = await client.message();
      await client.cancel();
      return (data as ProgressMessage).since;
    };
    expect(await stream(String(closed[2]))).toEqual([2, 3, 4]);
    expect(await stream(String(closed[2]! + 1))).toEqual([3, 4]);
    expect(await stream(String(store.decisionCount()))).toEqual([]);
    expect(await stream("0")).toEqual([0, 1, 2, 3, 4]);
    expect(await stream("nonsense")).toEqual([]);
  });

  it("never pile up for a client that does not read: it gets the newest facts when it does", async () => {
    const store = await liveRun("slow");
    const library = new Library([folder]);
    const streams = new Streams(library);
    const stream = streams.open("slow", undefined);
    for (let i = 0; i < 20; i++) {
      store.appendDecisions([
        { generation: 3, kind: "intervention", member: null, body: { action: "x", i } },
      ]);
      await streams.tick();
    }
    const client = reading(stream);
    const ids: string[] = [];
    while (ids.at(-1) !== String(store.decisionCount())) {
      ids.push((await client.message()).id!);
      await streams.tick();
    }
    expect(ids.length).toBeLessThanOrEqual(3);
    await client.cancel();
    await library.close();
  });

  it("of all runs say when the list has changed, at most every other second", async () => {
    await liveRun("listed");
    const library = new Library([folder]);
    let now = 1_000_000;
    const streams = new Streams(library, () => now);
    const client = reading(streams.open(null, undefined));
    await syntheticRun(join(folder, "fresh"), { members: 2, generations: 1 });
    await streams.tick();
    now += 2001;
    await streams.tick();
    expect((await client.message()).event).toBe("runs");
    await client.cancel();
    await library.close();
  });

  it("stop looking at runs when nobody watches", async () => {
    await liveRun("alone");
    const library = new Library([folder]);
    const looked = vi.spyOn(library, "open");
    const streams = new Streams(library);
    const client = reading(streams.open("alone", undefined));
    await client.message();
    await client.cancel();
    looked.mockClear();
    await streams.tick();
    expect(looked).not.toHaveBeenCalled();
    await library.close();
  });
});
