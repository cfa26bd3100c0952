import { describe, expect, it } from "vitest";
import {
  planFrom,
  type RunRequest,
  type SegmentOutcome,
  type Trainer,
  verify,
} from "../../src/engine/index.ts";
import { resumeWith, runPlanWith } from "../../src/engine/run.ts";
import { PopulationError, UsageError } from "../../src/errors/index.ts";
import { eventsOf, logOf, quick, type Script, scratch, scripted, toy } from "./support.ts";

const at = scratch();

const request = (trainer: Trainer, changes: Partial<RunRequest> = {}): RunRequest =>
  toy({ trainer, stop: { steps: 16 }, ...changes });

/** Runs to the end with a scripted trainer. */
async function told(name: string, script: Script, changes: Partial<RunRequest> = {}) {
  const { trainer, seen } = scripted(script);
  const asked = request(trainer, changes);
  const result = await runPlanWith(planFrom(asked), trainer, { directory: at(name), slots: 2 }, quick).result;
  return { result, seen, events: await eventsOf(at(name)), lines: await logOf(at(name)) };
}

const failed = (cause: string): SegmentOutcome => ({ status: "failed", cause, message: `it was ${cause}` });
const lost: SegmentOutcome = { status: "lost", message: "killed by signal SIGKILL" };

describe("what a failing member does to the decision log", () => {
  it("is nothing when a retry succeeds, and nothing when segments are lost or the adapter breaks", async () => {
    const calm = await told("calm", () => undefined);
    const once = await told("once", ({ attempt, member }) =>
      member === 2 && attempt === 1 ? failed("exit") : undefined,
    );
    const losses = await told("losses", ({ attempt, member }) =>
      member === 1 && attempt < 4 ? lost : undefined,
    );
    const silent = await told("silent", ({ attempt, generation }) =>
      generation === 1 && attempt === 1 ? "silent" : undefined,
    );
    const throws = await told("throws", ({ attempt, member }) =>
      member === 0 && attempt === 1 ? "throws" : undefined,
    );
    for (const { lines } of [once, losses, silent, throws]) expect(lines).toEqual(calm.lines);
    expect(losses.seen.segments.filter(({ member }) => member === 1).length).toBe(4 * 4);
    expect(throws.seen.opened).toBeGreaterThan(calm.seen.opened);
    expect(throws.seen.closed).toBe(throws.seen.opened);
  });

  it("is a failed evaluation after the retries, never a donor, and a replacement", async () => {
    const { events, seen } = await told(
      "fails",
      ({ member, generation }) => (member === 3 && generation === 1 ? failed("exit") : undefined),
      { retries: 2 },
    );
    expect(seen.segments.filter(({ member, generation }) => member === 3 && generation === 1).length).toBe(3);
    const own = events.filter(({ member, generation }) => member === 3 && generation === 1);
    expect(own.map(({ kind }) => kind)).toEqual(["evaluation", "decision"]);
    expect(own[0]!.body).toEqual({
      status: "failed",
      cause: "exit",
      value: null,
      checkpoint: null,
      reports: [],
      step: 8,
    });
    expect(own[1]!.body).toMatchObject({ action: "copy", score: null });
    const donors = events.filter(({ kind, generation }) => kind === "decision" && generation === 1);
    expect(donors.map(({ body }) => body["donor"])).not.toContain(3);
    expect(await verify(at("fails"))).toMatchObject({ ok: true });
  });

  it("leaves it at its last state when nobody may replace it, from which it catches up", async () => {
    const { seen, events } = await told(
      "keeps",
      ({ member, generation }) => (member === 3 && generation === 1 ? failed("exit") : undefined),
      { slow: { interval: 4, control: "random-search" } },
    );
    const next = seen.segments.find(({ member, generation }) => member === 3 && generation === 2)!;
    expect(next).toMatchObject({
      fromStep: 4,
      untilStep: 12,
      load: { id: { member: 3, generation: 0, step: 4 } },
    });
    const steps = events
      .filter(({ kind, generation }) => kind === "evaluation" && generation === 2)
      .map(({ body }) => body["step"]);
    expect(new Set(steps)).toEqual(new Set([12]));
  });

  it("lets a member without any state begin again", async () => {
    const { seen } = await told(
      "begins",
      ({ member, generation }) => (member === 3 && generation === 0 ? failed("exit") : undefined),
      { slow: { interval: 4, control: "random-search" } },
    );
    const next = seen.segments.find(({ member, generation }) => member === 3 && generation === 1)!;
    expect(next).toMatchObject({ fromStep: 0, untilStep: 8, load: null });
  });
});

describe("the engine's own judgement", () => {
  const honest = { status: "ok", step: 4, metrics: { Q: 1 }, using: null } as const;
  const cases: readonly [cause: string, outcome: (step: number) => SegmentOutcome][] = [
    ["nan", (step) => ({ ...honest, step, metrics: { Q: Number.NaN } })],
    ["nan", (step) => ({ ...honest, step, metrics: { Q: Number.POSITIVE_INFINITY } })],
    ["metric", (step) => ({ ...honest, step, metrics: { loss: 1 } })],
    ["step", (step) => ({ ...honest, step: step - 1 })],
    ["echo", (step) => ({ ...honest, step, using: { h0: 0.123 } })],
    ["echo", (step) => ({ ...honest, step, using: { learningRate: 0.1 } })],
    ["checkpoint", (step) => ({ ...honest, step })],
  ];
  for (const [i, [cause, outcome]] of cases.entries()) {
    it(`fails a segment with cause ${cause} (${i})`, async () => {
      const { events } = await told(`judged-${i}`, ({ member, untilStep }) =>
        member === 0 ? outcome(untilStep) : undefined,
      );
      const causes = events
        .filter(({ kind, member }) => kind === "evaluation" && member === 0)
        .map(({ body }) => body["cause"]);
      expect(causes).toEqual([cause, cause, cause, cause]);
    });
  }

  it("fails a member whose reports go backwards or beyond its segment", async () => {
    for (const [name, steps] of [
      ["backwards", [3, 2]],
      ["beyond", [5]],
    ] as const) {
      const { events } = await told(name, ({ member, generation, fromStep }, hooks) => {
        if (member === 0 && generation === 0) {
          for (const step of steps) hooks.report(member, fromStep + step, { Q: 0 });
        }
        return undefined;
      });
      const evaluation = events.find(({ kind, member }) => kind === "evaluation" && member === 0)!;
      expect(evaluation.body).toMatchObject({ status: "failed", cause: "step" });
    }
  });
});

describe("a population that cannot go on", () => {
  it("ends with an error that counts the causes and quotes the first, and stays ended", async () => {
    const { trainer } = scripted(({ member }) => failed(member === 0 ? "nan" : "exit"));
    const plan = planFrom(request(trainer, { members: 3 }));
    const error: unknown = await runPlanWith(plan, trainer, { directory: at("dead") }, quick).result.catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(PopulationError);
    expect((error as Error).message).toBe(
      "population: 3 of 3 members failed (nan ×1, exit ×2), so fewer than 1 can go on.\nm00, generation 1: it was nan",
    );
    expect((await eventsOf(at("dead"))).at(-1)).toMatchObject({ kind: "end", body: { reason: "failed" } });
    expect(await verify(at("dead"))).toMatchObject({ ok: true, ended: "failed" });
    const again = resumeWith(at("dead"), { trainer }, quick);
    await expect(again.result).rejects.toThrow(
      "the run has ended already. population: 3 of 3 members failed",
    );
  });

  it("ends when fewer than minAlive are sound", async () => {
    const { trainer } = scripted(({ member, generation }) =>
      generation === 2 && member < 3 ? failed("exit") : undefined,
    );
    const plan = planFrom(request(trainer, { minAlive: 4 }));
    const { result } = runPlanWith(plan, trainer, { directory: at("few") }, quick);
    await expect(result).rejects.toThrow("3 of 6 members failed (exit ×3), so fewer than 4 can go on");
  });

  it("gives up on segments that are lost again and again, and can be resumed to the calm run's log", async () => {
    const calm = scripted();
    const plan = planFrom(request(calm.trainer));
    await runPlanWith(plan, calm.trainer, { directory: at("lossless") }, quick).result;
    const { trainer } = scripted(({ member, generation }) =>
      member === 4 && generation === 1 ? lost : undefined,
    );
    const { result } = runPlanWith(plan, trainer, { directory: at("hopeless"), slots: 2 }, quick);
    await expect(result).rejects.toThrow(/m04, generation 2: its trainer was lost 5 times in a row/);
    expect((await eventsOf(at("hopeless"))).at(-1)!.kind).not.toBe("end");
    const resumed = await resumeWith(at("hopeless"), { trainer: calm.trainer, plan }, quick).result;
    expect(resumed.reason).toBe("steps");
    expect(await logOf(at("hopeless"))).toEqual(await logOf(at("lossless")));
  });

  it("passes on what a trainer refuses, before a directory is made where it can", async () => {
    const { trainer } = scripted();
    const picky: Trainer = {
      ...trainer,
      check: () => {
        throw new UsageError("command: no hyperparameter fills {rate}");
      },
      open: () => Promise.reject(new UsageError("python: not found")),
    };
    const { run } = await import("../../src/engine/index.ts");
    expect(() => run(request(picky), { directory: at("picky") })).toThrow("no hyperparameter fills {rate}");
    const { check: _, ...late } = picky;
    const handle = run(request(late), { directory: at("late") });
    await expect(handle.result).rejects.toThrow("python: not found");
    await expect(
      (async () => {
        for await (const event of handle.events) expect(event.type).toBe("started");
      })(),
    ).rejects.toThrow("python: not found");
  });
});
