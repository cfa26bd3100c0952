import { describe, expect, it } from "vitest";
import { planFrom, resume, run, type RunEvent, type RunRequest, verify } from "../../src/engine/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { follower } from "./fixtures/follower.ts";
import { eventsOf, finish, logOf, scratch, toy } from "./support.ts";

const at = scratch();

const adaptive = (changes: Partial<RunRequest> = {}): RunRequest => ({
  trainer: follower(2),
  space: searchSpace({ h: uniform(0, 1) }),
  metric: "Q:max",
  members: 8,
  seed: 5,
  slow: { interval: "auto" },
  stop: { steps: 800 },
  ...changes,
});

describe("an interval left to the run", () => {
  it("begins with 1/30 of the budget, halves it where the clocks are apart, and each change is an event with what it follows from", async () => {
    const directory = at("changes");
    const handle = run(adaptive(), { directory, slots: 2 });
    const told: RunEvent[] = [];
    const separations: (number | null)[] = [];
    for await (const event of handle.events) {
      if (event.type === "interval") told.push(event);
      if (event.type === "generation") separations.push(event.separation);
    }
    const events = await eventsOf(directory);
    expect(events[0]!.body).toMatchObject({ interval: 27, adaptive: "careful" });
    const changes = events.filter(({ kind }) => kind === "interval");
    expect(changes.length).toBeGreaterThan(0);
    expect(told).toEqual(
      changes.map(({ generation, body: { before, interval, reasons } }) => ({
        type: "interval",
        generation,
        before,
        interval,
        reasons,
      })),
    );
    const logged = events
      .filter(({ kind }) => kind === "generation")
      .map(({ body }) => {
        const { temporal } = body["diagnostics"] as unknown as {
          temporal: { separation: { value: number } | null };
        };
        return temporal.separation?.value ?? null;
      });
    expect(separations).toEqual(logged);
    expect(separations.some((value) => value !== null)).toBe(true);
    let before = 27;
    let since = -1;
    for (const { seq, generation, body } of changes) {
      const closing = events[seq - 1]!;
      expect(closing).toMatchObject({ kind: "generation", generation });
      const { temporal } = closing.body["diagnostics"] as unknown as {
        temporal: { readonly interval: { readonly steps: number | null } };
      };
      // What is recommended stands beside what is done.
      expect(body).toMatchObject({ before, recommended: temporal.interval.steps });
      expect((body["reasons"] as readonly string[])[0]).toMatch(/^training |^at least /);
      expect(generation - since).toBeGreaterThanOrEqual(4);
      const interval = body["interval"] as number;
      expect([Math.round(before / 2), Math.min(27, 2 * before)]).toContain(interval);
      expect(interval).toBeGreaterThanOrEqual(3);
      before = interval;
      since = generation;
    }
    expect(changes[0]!.body).toMatchObject({
      before: 27,
      interval: 14,
      fromStep: 27 * (changes[0]!.generation + 1),
    });
    expect(await verify(directory)).toMatchObject({ ok: true, ended: "steps" });
  });

  it("keeps members at common boundaries, each as far as the interval in force, the last at the budget", async () => {
    const events = await eventsOf(at("changes"));
    let interval = 27;
    let boundary = 0;
    let generation = 0;
    for (const event of events) {
      if (event.kind === "evaluation") {
        expect(event.generation).toBe(generation);
        expect(event.body["step"]).toBe(Math.min(boundary + interval, 800));
      }
      if (event.kind === "generation") {
        boundary += interval;
        generation++;
      }
      if (event.kind === "interval") {
        expect(event.body["fromStep"]).toBe(boundary);
        interval = event.body["interval"] as number;
      }
    }
    expect(boundary).toBeGreaterThanOrEqual(800);
    expect(boundary - interval).toBeLessThan(800);
  });

  it("is the same for 2 and 4 slots, and after a stop and a resume, byte for byte", async () => {
    const calm = await logOf(at("changes"));
    await finish(adaptive(), at("four"), 4);
    expect(await logOf(at("four"))).toEqual(calm);
    const handle = run(adaptive(), { directory: at("stopped"), slots: 2 });
    for await (const event of handle.events) if (event.type === "interval") handle.stop("now");
    expect((await handle.result).reason).toBe("interrupted");
    expect((await logOf(at("stopped"))).length).toBeLessThan(calm.length);
    const plan = planFrom(adaptive());
    await resume(at("stopped"), { trainer: follower(2), plan, slots: 2 }).result;
    expect(await logOf(at("stopped"))).toEqual(calm);
  });

  it("ends by steps although members fail and nobody may replace them", async () => {
    let calls = 0;
    const failing = defineTrainer<{ h: number }, { x: number }>({
      init: () => ({ x: 0 }),
      train: () => undefined,
      evaluate: (_, __, { member, generation }) =>
        member === "m1" && generation > 1 ? Number.NaN : (calls++, 1),
    });
    const { reason } = await finish(adaptive({ trainer: failing, members: 3, retries: 0 }), at("failing"));
    expect(reason).toBe("steps");
    expect(calls).toBeGreaterThan(0);
    expect(await verify(at("failing"))).toMatchObject({ ok: true });
  });

  it("stays with its beginning in an asynchronous run, and with what it is given otherwise", async () => {
    const asynchronous = planFrom(adaptive({ mode: "asynchronous" }));
    expect([asynchronous.interval, asynchronous.adaptive]).toEqual([27, undefined]);
    expect(planFrom(toy()).adaptive).toBeUndefined();
    await finish(adaptive({ slow: { interval: 40 } }), at("fixed"));
    const events = await eventsOf(at("fixed"));
    expect(events.filter(({ kind }) => kind === "interval")).toEqual([]);
    expect(events[0]!.body["adaptive"]).toBeUndefined();
  });
});
