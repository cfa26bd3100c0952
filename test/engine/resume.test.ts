import { describe, expect, it } from "vitest";
import { type PlanOptions, planFrom, resume, run, verify } from "../../src/engine/index.ts";
import { StoreError, UsageError } from "../../src/errors/index.ts";
import { gaussian, truncation } from "../../src/population/index.ts";
import { openRunStore, type StoredDecisionEvent } from "../../src/store/index.ts";
import { eventsOf, finish, logOf, scratch, scripted, toy, toyTrainer } from "./support.ts";

const at = scratch();

/** Without the recommended interval, in which the budget that was known at the time must fit. */
function withoutAdvice(body: StoredDecisionEvent["body"]): unknown {
  const { diagnostics, ...rest } = body;
  if (diagnostics === undefined) return rest;
  const { temporal, ...measured } = diagnostics as { readonly temporal: { readonly interval: unknown } };
  const { interval, ...clocks } = temporal;
  expect(interval).toMatchObject({ reasons: expect.any(Array) });
  return { ...rest, diagnostics: { ...measured, temporal: clocks } };
}

describe("a resume", () => {
  it("gives a run that has ended back as it is", async () => {
    const first = await finish(toy(), at("ended"));
    const log = await logOf(at("ended"));
    const again = await resume(at("ended"), { trainer: toyTrainer }).result;
    expect(again.alreadyEnded).toBe(true);
    expect(again.reason).toBe("steps");
    expect(again.best).toEqual(first.best);
    expect(again.lineage.schedule(first.best!.member)).toEqual(first.lineage.schedule(first.best!.member));
    expect(await logOf(at("ended"))).toEqual(log);
  });

  it("trains on when the total budget is larger, with the same decisions as one long run, and flags it", async () => {
    await finish(toy({ stop: { steps: 12 } }), at("extended"));
    const extended = await resume(at("extended"), { trainer: toyTrainer, stop: { steps: 24 } }).result;
    expect(extended).toMatchObject({ reason: "steps", generation: 6, alreadyEnded: false });
    await finish(toy({ stop: { steps: 24 } }), at("long"));
    const decided = async (name: string): Promise<unknown[]> =>
      (await eventsOf(at(name)))
        .filter(({ kind }) => ["evaluation", "decision", "generation"].includes(kind))
        .map(({ kind, generation, member, body }) => ({
          kind,
          generation,
          member,
          body: withoutAdvice(body),
        }));
    expect(await decided("extended")).toEqual(await decided("long"));
    const kinds = (await eventsOf(at("extended")))
      .map(({ kind }) => kind)
      .filter((kind) => kind === "intervention");
    expect(kinds).toEqual(["intervention"]);
    expect(await verify(at("extended"))).toMatchObject({ ok: true, interventions: 1, ended: "steps" });
  });

  it("keeps a rule of stopping that was changed on the way, when its plan is the one that the run began with", async () => {
    await finish(toy({ stop: { steps: 8 } }), at("kept-rule"));
    const { trainer, ...options } = toy({ stop: { steps: 8 } });
    await resume(at("kept-rule"), { trainer, stop: { steps: 16 } }).result;
    const again = await resume(at("kept-rule"), { trainer, plan: planFrom(options) }).result;
    expect(again).toMatchObject({ alreadyEnded: true, generation: 4 });
    const longer = planFrom({ ...options, stop: { steps: 20 } });
    expect((await resume(at("kept-rule"), { trainer, plan: longer }).result).generation).toBe(5);
  });

  it("refuses a plan that decides otherwise, naming each difference, and changes nothing", async () => {
    await finish(toy({ stop: { steps: 8 } }), at("mismatch"));
    const log = await logOf(at("mismatch"));
    const { trainer: _, ...options } = toy();
    const other: PlanOptions = {
      ...options,
      members: 8,
      seed: 1,
      slow: { interval: 5, selection: truncation({ fraction: 0.3 }), mutation: gaussian({ sigma: 0.2 }) },
    };
    const error: unknown = await resume(at("mismatch"), {
      trainer: toyTrainer,
      plan: planFrom(other),
    }).result.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ kind: "mismatch" });
    const lines = (error as Error).message.split("\n").filter((line) => line.startsWith("  "));
    expect(lines.toSorted()).toEqual([
      "  interval: the run has 4, now 5",
      "  members: the run has 6, now 8",
      "  rules.mutation.sigma: the run has 0.1, now 0.2",
      "  rules.selection.fraction: the run has 0.2, now 0.3",
      "  seed: the run has 7, now 1",
    ]);
    expect(await logOf(at("mismatch"))).toEqual(log);
  });

  it("says what is wrong with a directory: none, in use, or a run where a new one was asked for", async () => {
    await expect(resume(at("none"), { trainer: toyTrainer }).result).rejects.toMatchObject({
      kind: "missing",
    });
    await finish(toy({ stop: { steps: 4 } }), at("used"));
    await expect(finish(toy(), at("used"))).rejects.toMatchObject({ kind: "exists" });
    const store = await openRunStore(at("used"));
    await expect(resume(at("used"), { trainer: toyTrainer }).result).rejects.toMatchObject({
      kind: "locked",
    });
    store.close();
  });

  it("refuses a log that does not follow from itself", async () => {
    const { trainer } = scripted();
    await finish(toy({ trainer, stop: { generations: 2 } }), at("bent"));
    const store = await openRunStore(at("bent"));
    store.appendDecisions([{ generation: 1, kind: "decision", member: 3, body: { action: "keep" } }]);
    store.close();
    const error: unknown = await resume(at("bent"), { trainer }).result.catch((error: unknown) => error);
    expect(error).toMatchObject({ kind: "corrupt" });
    expect((error as Error).message).toContain("does not follow from itself at event");
  });
});

describe("bad input", () => {
  it("is refused at once, with every problem", () => {
    const { space } = toy();
    const bad = (): unknown =>
      run(
        {
          trainer: toyTrainer,
          space,
          metric: "Q",
          members: 0,
          seed: -1,
          retries: 1.5,
          slow: { interval: 0 },
          stop: { steps: 0 },
        },
        { directory: "", slots: 0, diskBudgetBytes: -1 },
      );
    expect(bad).toThrow(UsageError);
    try {
      bad();
    } catch (error) {
      expect((error as UsageError).problems.map((problem) => problem.split(":")[0])).toEqual([
        "directory",
        "slots",
        "diskBudgetBytes",
        "members",
        "seed",
        "retries",
        "stop.steps",
        "metric",
        "slow.interval",
      ]);
    }
  });

  it("takes an automatic interval from the budget, and says when there is none", () => {
    const { trainer: _, ...options } = toy({ slow: { interval: "auto" }, stop: { steps: 1000 } });
    expect(planFrom(options).interval).toBe(34);
    expect(() => planFrom({ ...options, stop: { generations: 3 } })).toThrow('"auto" needs stop.steps');
  });
});
