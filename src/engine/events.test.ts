import { describe, expect, it } from "vitest";
import { createEventHub } from "./events.ts";
import type { RunEvent } from "./types.ts";

const warning = (message: string): RunEvent => ({ type: "warning", message });
const report = (step: number): RunEvent => ({ type: "report", member: 0, step, metrics: {} });

async function all(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const found: RunEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

describe("createEventHub", () => {
  it("gives the first reader what came before it, and every reader what comes after", async () => {
    const hub = createEventHub();
    hub.emit(warning("early"));
    const first = all(hub.events);
    const second = all(hub.events);
    hub.emit(warning("late"));
    hub.close();
    expect(await first).toEqual([warning("early"), warning("late")]);
    expect(await second).toEqual([warning("late")]);
    expect(await all(hub.events)).toEqual([]);
  });

  it("ends with the run's error", async () => {
    const hub = createEventHub();
    const reader = all(hub.events);
    hub.close({ error: new Error("broken") });
    await expect(reader).rejects.toThrow("broken");
  });

  it("drops old reports before anything else when a reader is behind", async () => {
    const hub = createEventHub();
    hub.emit(warning("kept"));
    for (let step = 0; step < 50_000; step++) hub.emit(report(step));
    hub.close();
    const found = await all(hub.events);
    expect(found[0]).toEqual(warning("kept"));
    expect(found.length).toBeLessThanOrEqual(20_001);
    expect(found.at(-1)).toEqual(report(49_999));
  });
});
