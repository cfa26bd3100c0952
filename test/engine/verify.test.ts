import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fold, planDifferences, planFrom } from "../../src/engine/index.ts";
import { runPlanWith } from "../../src/engine/run.ts";
import type { StoredDecisionEvent } from "../../src/store/index.ts";
import { eventsOf, finish, quick, scratch, scripted, toy } from "./support.ts";

const at = scratch();

type Change = (event: StoredDecisionEvent) => StoredDecisionEvent;

/** The log with the first event for which the condition holds changed. */
function bent(
  events: readonly StoredDecisionEvent[],
  holds: (event: StoredDecisionEvent) => boolean,
  change: Change,
): { readonly log: StoredDecisionEvent[]; readonly seq: number } {
  const seq = events.findIndex(holds);
  return { log: events.map((event, i) => (i === seq ? change(event) : event)), seq };
}

const body =
  (changes: StoredDecisionEvent["body"]): Change =>
  (event) => ({ ...event, body: { ...event.body, ...changes } });

describe("the derivation of a log", () => {
  it("finds the first changed place, whatever was changed", async () => {
    await finish(toy(), at("a"));
    const events = await eventsOf(at("a"));
    expect(fold(events, "a").difference).toBeNull();
    const copy = ({ kind, body }: StoredDecisionEvent): boolean =>
      kind === "decision" && body["action"] === "copy";
    const cases = [
      bent(events, ({ kind }) => kind === "founder", body({ hyperparameters: { h0: 0.5, h1: 0.5 } })),
      bent(events, copy, body({ donor: 5 })),
      bent(events, copy, body({ score: 1e-9 })),
      bent(events, copy, body({ hyperparameters: { h0: 0.25, h1: 0.25 } })),
      bent(events, ({ kind }) => kind === "generation", body({ alive: 5 })),
      bent(events, ({ kind }) => kind === "end", body({ reason: "target" })),
    ];
    const places = ["hyperparameters.h0", "donor", "score", "hyperparameters.h0", "alive", "reason"];
    for (const [i, { log, seq }] of cases.entries()) {
      expect(fold(log, "a").difference).toMatchObject({ seq, place: places[i]! });
    }
  });

  it("meets a changed evaluation in the first decision that used it", async () => {
    const events = await eventsOf(at("a"));
    const { log } = bent(
      events,
      ({ kind, generation, member }) => kind === "evaluation" && generation === 1 && member === 2,
      body({ value: 100 }),
    );
    const { difference } = fold(log, "a");
    expect(difference).toMatchObject({ generation: 1, kind: "decision" });
  });

  it("misses what is missing, and sees what is too much", async () => {
    const events = await eventsOf(at("a"));
    const without = events.filter(
      ({ kind, member, generation }) => !(kind === "decision" && member === 4 && generation === 2),
    );
    expect(fold(without, "a").difference).toMatchObject({
      generation: 2,
      logged: expect.stringContaining('"member":5'),
    });
    const twice = [...events.slice(0, -1), events.at(-2)!, events.at(-1)!];
    expect(fold(twice, "a").difference).not.toBeNull();
  });

  it("does the same for an asynchronous log, in which the order counts", async () => {
    const { trainer } = scripted();
    const plan = planFrom(toy({ trainer, mode: "asynchronous" }));
    await runPlanWith(plan, trainer, { directory: at("async"), slots: 3 }, quick).result;
    const events = await eventsOf(at("async"));
    expect(fold(events, "async").difference).toBeNull();
    const { log, seq } = bent(
      events,
      ({ kind, generation }) => kind === "decision" && generation === 2,
      body({ rank: 17 }),
    );
    expect(fold(log, "async").difference).toMatchObject({ seq, place: "rank", logged: "17" });
  });

  it("refuses a log that does not begin as one, or that it cannot read", async () => {
    expect(() => fold([], "empty")).toThrow("does not begin with a run event");
    const [head] = await eventsOf(at("a"));
    const newer = { ...head!, body: { ...head!.body, format: 99 } };
    expect(() => fold([newer], "newer")).toThrow(/cannot read how the run decides: .*format 99/);
    const rules = { ...(head!.body["rules"] as object), selection: { kind: "lottery" } };
    const other = { ...head!, body: { ...head!.body, rules } };
    expect(() => fold([other], "other")).toThrow(/lottery/);
  });
});

/** The first ten generations, and all of an asynchronous run, as they were written before format 2. */
const old = (mode: string): StoredDecisionEvent[] =>
  readFileSync(new URL(`./fixtures/format-1-${mode}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as StoredDecisionEvent);

describe("a log of format 1", () => {
  it.each(["synchronous", "asynchronous"])("is derived again as it was written: %s", (mode) => {
    const events = old(mode);
    expect(events[0]!.body["format"]).toBe(1);
    const { difference, decisions, state } = fold(events, mode);
    expect(difference).toBeNull();
    expect(decisions).toBeGreaterThan(5);
    expect(state.plan.format).toBe(1);
  });

  it("does not hold what only format 2 does, and format 2 does", () => {
    const [run, ...rest] = old("synchronous");
    const newer = [{ ...run!, body: { ...run!.body, format: 2 } }, ...rest];
    expect(fold(newer, "newer").difference).toMatchObject({
      kind: "generation",
      generation: 0,
      place: "diagnostics.distance",
      logged: "nothing",
    });
  });

  it("goes on under a plan that says nothing of formats", () => {
    const [run] = old("synchronous");
    expect(planDifferences(run!, { ...run!, body: { ...run!.body, format: 2 } })).toEqual([]);
  });
});
