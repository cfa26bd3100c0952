import { describe, expect, it } from "vitest";
import { planFrom, resume, run, type RunEvent, type RunRequest, verify } from "../../src/engine/index.ts";
import { recommendInterval } from "../../src/population/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { eventsOf, finish, logOf, scratch, toy } from "./support.ts";

const at = scratch();

/** Parameters that follow their hyperparameter with a time constant in steps, and a metric of both with fixed noise. */
const follower = (time: number, sigma = 0.02) =>
  defineTrainer<{ h: number }, { x: number }>({
    init: () => ({ x: 0 }),
    train(state, { h }, steps, { fromStep, report, seed }) {
      const stride = Math.max(1, Math.floor(steps / 32));
      for (let i = 1; i <= steps; i++) {
        state.x += (h - state.x) / time;
        if (i % stride === 0) {
          report(fromStep + i, { Q: -((state.x - 0.7) ** 2) + sigma * Math.sin(seed + i * 12.9898) });
        }
      }
    },
    evaluate: ({ x }, _, { seed }) => -((x - 0.7) ** 2) + sigma * Math.sin(seed % 1000),
  });

const adaptive = (changes: Partial<RunRequest> = {}): RunRequest => ({
  trainer: follower(40),
  space: searchSpace({ h: uniform(0, 1) }),
  metric: "Q:max",
  members: 8,
  seed: 5,
  slow: { interval: "auto" },
  stop: { steps: 800 },
  ...changes,
});

describe("an interval left to the run", () => {
  it("begins with 1/20 of the budget, and each change is an event with what it follows from", async () => {
    const directory = at("changes");
    const handle = run(adaptive(), { directory, slots: 2 });
    const told: RunEvent[] = [];
    const separations: (number | null)[] = [];
    for await (const event of handle.events) {
      if (event.type === "interval") told.push(event);
      if (event.type === "generation") separations.push(event.separation);
    }
    const events = await eventsOf(directory);
    expect(events[0]!.body).toMatchObject({ interval: 40, adaptive: true });
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
    let before = 40;
    let since = -1;
    for (const { seq, generation, body } of changes) {
      const closing = events[seq - 1]!;
      expect(closing).toMatchObject({ kind: "generation", generation });
      const { temporal } = closing.body["diagnostics"] as unknown as {
        temporal: Record<"relaxation" | "fluctuation" | "persistence" | "explained", number | null>;
      };
      const { relaxation, fluctuation, persistence, explained } = temporal;
      const { interval: wanted, reasons } = recommendInterval(
        {
          interval: before,
          evaluation: 1,
          members: 8,
          relaxation,
          fluctuation,
          persistence,
          explained,
          pooled: 1,
        },
        { steps: 800 },
      );
      expect(body).toMatchObject({ before, recommended: wanted });
      const given = body["reasons"] as readonly string[];
      // First what is followed, a mean that need not point where the newest recommendation does; then its reasons.
      expect(given[0]).toMatch(
        new RegExp(`^recommended now are ${wanted} steps, on average of the last generations \\d+$`),
      );
      expect(given.slice(-reasons.length)).toEqual(reasons);
      expect(generation - since).toBeGreaterThanOrEqual(3);
      const interval = body["interval"] as number;
      expect(Math.max(interval / before, before / interval)).toBeLessThanOrEqual(2);
      expect(interval).toBeGreaterThanOrEqual(4);
      before = interval;
      since = generation;
    }
    expect(await verify(directory)).toMatchObject({ ok: true, ended: "steps" });
  });

  it("keeps members at common boundaries, each as far as the interval in force, the last at the budget", async () => {
    const events = await eventsOf(at("changes"));
    let interval = 40;
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
    await resume(at("stopped"), { trainer: follower(40), plan, slots: 2 }).result;
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
    expect([asynchronous.interval, asynchronous.adaptive]).toEqual([40, undefined]);
    expect(planFrom(toy()).adaptive).toBeUndefined();
    await finish(adaptive({ slow: { interval: 40 } }), at("fixed"));
    const events = await eventsOf(at("fixed"));
    expect(events.filter(({ kind }) => kind === "interval")).toEqual([]);
    expect(events[0]!.body["adaptive"]).toBeUndefined();
  });
});
