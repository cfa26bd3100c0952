import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fold, planFrom, resume, type RunPlan, verify } from "../../src/engine/index.ts";
import { runPlan } from "../../src/engine/run.ts";
import { recommendInterval } from "../../src/population/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import type { StoredDecisionEvent } from "../../src/store/index.ts";
import { follower } from "./fixtures/follower.ts";
import { eventsOf, logOf, scratch } from "./support.ts";

const at = scratch();

const wanted = planFrom({
  space: searchSpace({ h: uniform(0, 1) }),
  metric: "Q:max",
  members: 8,
  seed: 5,
  slow: { interval: "auto" },
  stop: { steps: 800 },
});
/** What a plan with an automatic interval was before `careful` was the rule. */
const before: RunPlan = { ...wanted, format: 1, adaptive: true, interval: 40 };

/** Up to the third change of its interval, as it was written by a version that knew no other rule. */
const old = readFileSync(new URL("./fixtures/format-1-following.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as StoredDecisionEvent);

describe("a run whose interval follows what is recommended, as they were begun before", () => {
  it("is derived again from its log as it was written", () => {
    expect(old[0]!.body).toMatchObject({ adaptive: true, interval: 20 });
    const changes = old.filter(({ kind }) => kind === "interval");
    expect(changes.map(({ body }) => [body["before"], body["interval"]])).toEqual([
      [20, 10],
      [10, 5],
      [5, 3],
    ]);
    expect(fold(old, "old").difference).toBeNull();
    // With the rule of today it would not have changed there.
    const [run, ...rest] = old;
    const careful = [{ ...run!, body: { ...run!.body, adaptive: "careful" } }, ...rest];
    expect(fold(careful, "careful").difference).toMatchObject({ kind: "interval", derived: "nothing" });
  });

  it("refuses a rule for the interval that it does not know", () => {
    const [run, ...rest] = old;
    const other = [{ ...run!, body: { ...run!.body, adaptive: "wild" } }, ...rest];
    expect(() => fold(other, "other")).toThrow(/unknown rule for the interval, "wild"/);
  });

  it("moves towards the mean of the recommendations, by a factor of 2 at most, once in three generations", async () => {
    await runPlan(before, follower(40), { directory: at("all"), slots: 2 }).result;
    const events = await eventsOf(at("all"));
    const changes = events.filter(({ kind }) => kind === "interval");
    expect(changes.length).toBeGreaterThan(0);
    let interval = 40;
    let since = -1;
    for (const { seq, generation, body } of changes) {
      const { temporal } = events[seq - 1]!.body["diagnostics"] as unknown as {
        temporal: Record<"relaxation" | "fluctuation" | "persistence" | "explained", number | null>;
      };
      const { relaxation, fluctuation, persistence, explained } = temporal;
      const recommended = recommendInterval(
        { interval, evaluation: 1, members: 8, relaxation, fluctuation, persistence, explained, pooled: 1 },
        { steps: 800, nearest: true },
      );
      expect(body).toMatchObject({ before: interval, recommended: recommended.interval });
      const given = body["reasons"] as readonly string[];
      // First what is followed, a mean that need not point where the newest recommendation does; then its reasons.
      expect(given[0]).toMatch(
        new RegExp(
          `^recommended now are ${recommended.interval} steps, on average of the last generations \\d+$`,
        ),
      );
      expect(given.slice(-recommended.reasons.length)).toEqual(recommended.reasons);
      expect(generation - since).toBeGreaterThanOrEqual(3);
      const next = body["interval"] as number;
      expect(Math.max(next / interval, interval / next)).toBeLessThanOrEqual(2);
      expect(next).toBeGreaterThanOrEqual(4);
      interval = next;
      since = generation;
    }
    expect(await verify(at("all"))).toMatchObject({ ok: true, ended: "steps" });
  });

  it("goes on with that rule when it is resumed under a plan of today", async () => {
    const handle = runPlan(before, follower(40), { directory: at("stopped"), slots: 2 });
    for await (const event of handle.events) if (event.type === "interval") handle.stop("now");
    expect((await handle.result).reason).toBe("interrupted");
    expect([wanted.adaptive, wanted.interval]).toEqual(["careful", 27]);
    await resume(at("stopped"), { trainer: follower(40), plan: wanted, slots: 2 }).result;
    expect(await logOf(at("stopped"))).toEqual(await logOf(at("all")));
    // An interval that was given is another plan.
    const { adaptive: _, ...fixed } = wanted;
    await expect(
      resume(at("stopped"), { trainer: follower(40), plan: fixed, slots: 1 }).result,
    ).rejects.toThrow(/adaptive: the run has true/);
  });
});
