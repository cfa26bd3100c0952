import { describe, expect, it } from "vitest";
import { planFrom, type RunEvent, type RunHandle, type RunRequest, verify } from "../../src/engine/index.ts";
import { resumeWith, runPlanWith } from "../../src/engine/run.ts";
import { openRunReader } from "../../src/store/index.ts";
import { eventsOf, logOf, quick, scratch, scripted, type Script, toy } from "./support.ts";

const at = scratch();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Honest work that takes a moment. */
const slow: Script = async () => {
  await sleep(3);
  return undefined;
};

function begin(name: string, changes: Partial<RunRequest> = {}, script: Script = slow) {
  const { trainer, seen } = scripted(script);
  const plan = planFrom(toy({ trainer, stop: { steps: 40 }, ...changes }));
  const handle = runPlanWith(plan, trainer, { directory: at(name), slots: 2 }, quick);
  return { handle, trainer, plan, seen };
}

/** Acts once, when the first event comes for which the condition holds. */
async function when(handle: RunHandle, holds: (event: RunEvent) => boolean, act: () => void): Promise<void> {
  for await (const event of handle.events) {
    if (!holds(event)) continue;
    act();
    return;
  }
  throw new Error("the event never came");
}

const generation =
  (wanted: number) =>
  (event: RunEvent): boolean =>
    event.type === "generation" && event.generation === wanted;

const isQuiet = ({ type }: RunEvent): boolean => type === "quiet";

/** What the operations log says of pausing. */
async function pausesOf(name: string): Promise<unknown[]> {
  const reader = await openRunReader(at(name));
  const operations = [...reader.operations()];
  reader.close();
  return operations
    .filter(({ kind }) => kind === "quiet" || kind === "control")
    .map(({ kind, detail }) => (kind === "quiet" ? kind : detail!["action"]));
}

describe("stopping", () => {
  it("ends after the running segments, and a resume leads to the log of an undisturbed run", async () => {
    const calm = begin("calm");
    await calm.handle.result;
    const { handle, trainer, plan, seen } = begin("stopped");
    await when(handle, generation(2), () => handle.stop("segment"));
    const result = await handle.result;
    expect(result.reason).toBe("stopped");
    expect(result.best?.checkpoint).not.toBeNull();
    const before = seen.segments.length;
    expect(before).toBeLessThan(60);
    await resumeWith(at("stopped"), { trainer, plan, slots: 2 }, quick).result;
    expect(await logOf(at("stopped"))).toEqual(await logOf(at("calm")));
    // Nothing durable was trained twice.
    expect(seen.segments.length).toBe(calm.seen.segments.length);
  });

  it("ends at once when told so, and a resume leads to the same log", async () => {
    let endless = true;
    const script: Script = (segment, hooks) =>
      segment.generation < 2 || !endless
        ? undefined
        : new Promise((resolve) => {
            const leave = (): void => resolve({ status: "lost", message: "told to end" });
            // A slot that was still opening its session begins its segment after the order.
            if (hooks.signal.aborted) leave();
            else hooks.signal.addEventListener("abort", leave);
          });
    const { handle, trainer, plan } = begin("interrupted", {}, script);
    await when(
      handle,
      (event) => event.type === "segment" && event.generation === 2,
      () => handle.stop("now"),
    );
    expect((await handle.result).reason).toBe("interrupted");
    endless = false;
    await resumeWith(at("interrupted"), { trainer, plan, slots: 2 }, quick).result;
    expect(await logOf(at("interrupted"))).toEqual(await logOf(at("calm")));
  });
});

describe("pausing", () => {
  it("starts nothing until unpaused, and changes no decision", async () => {
    const { handle, seen } = begin("paused");
    const quiet = when(handle, isQuiet, () => {});
    await when(handle, generation(1), () => handle.pause());
    await quiet;
    const standing = seen.segments.length;
    const decided = (await logOf(at("paused"))).length;
    expect(standing).toBeLessThan(60);
    await sleep(60);
    expect(seen.segments.length).toBe(standing);
    expect((await logOf(at("paused"))).length).toBe(decided);
    handle.unpause();
    expect((await handle.result).reason).toBe("steps");
    expect(await logOf(at("paused"))).toEqual(await logOf(at("calm")));
    expect(await pausesOf("paused")).toEqual(["pause", "quiet", "unpause"]);
  });

  it("takes hold only when what runs is finished and decided on", async () => {
    let finish = (): void => {};
    const last = new Promise<void>((resolve) => (finish = resolve));
    let started = (): void => {};
    const runs = new Promise<void>((resolve) => (started = resolve));
    let begun = 0;
    const { handle, seen } = begin("held", { members: 2 }, async (segment) => {
      if (segment.generation !== 1) return undefined;
      if (++begun === 2) started();
      await last;
      return undefined;
    });
    const quiet = when(handle, isQuiet, () => {});
    await runs;
    handle.pause();
    const segments = seen.segments.length;
    expect(await pausesOf("held")).toEqual(["pause"]);
    finish();
    await quiet;
    // The generation whose last segment ran is closed; the next one is not begun.
    const closed = (await eventsOf(at("held"))).filter(({ kind }) => kind === "generation");
    expect(closed.map((event) => event.generation)).toEqual([0, 1]);
    expect(seen.segments.length).toBe(segments);
    handle.unpause();
    handle.pause();
    handle.unpause();
    expect((await handle.result).reason).toBe("steps");
  });

  it("holds back the finalists' evaluations too", async () => {
    const { handle, seen } = begin("finalists", { reevaluate: { finalists: 3, evaluations: 2 } });
    const quiet = when(handle, isQuiet, () => {});
    await when(
      handle,
      ({ type }) => type === "finalist",
      () => handle.pause(),
    );
    await quiet;
    const standing = seen.segments.length;
    await sleep(40);
    expect(seen.segments.length).toBe(standing);
    handle.unpause();
    expect((await handle.result).finalists).toHaveLength(3);
    expect(await pausesOf("finalists")).toEqual(["pause", "quiet", "unpause"]);
  });
});

describe("pausing among the finalists", () => {
  it("takes hold when the last evaluation ends, whoever waits already, and again when asked again", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let evaluations = 0;
    const begun: (() => void)[] = [];
    const all = new Promise<void>((resolve) => begun.push(resolve));
    // Two slots, three finalists, one evaluation each: the last of them takes long, and the other slot has no more to do.
    const { handle, seen } = begin(
      "uneven",
      { reevaluate: { finalists: 3, evaluations: 1, soup: false } },
      async ({ fromStep, untilStep }) => {
        if (fromStep === untilStep && ++evaluations === 3) {
          begun[0]!();
          await held;
        }
        return undefined;
      },
    );
    const quiet = when(handle, isQuiet, () => {});
    await all;
    handle.pause();
    expect(await pausesOf("uneven")).toEqual(["pause"]);
    release();
    await quiet;
    handle.pause();
    expect(await pausesOf("uneven")).toEqual(["pause", "quiet", "pause", "quiet"]);
    const standing = seen.segments.length;
    handle.unpause();
    handle.pause();
    handle.unpause();
    expect((await handle.result).finalists).toHaveLength(3);
    expect(seen.segments.length).toBe(standing);
  });
});

describe("a retired member", () => {
  it("trains no more from its next boundary on, keeps its last state, and the run can be derived again", async () => {
    const { handle } = begin("retired");
    await when(handle, generation(2), () => handle.retire(1));
    await handle.result;
    const events = await eventsOf(at("retired"));
    const intervention = events.find(({ kind }) => kind === "intervention")!;
    expect(intervention).toMatchObject({ member: 1, body: { action: "retire" } });
    const own = events.filter(({ kind, member }) => kind === "evaluation" && member === 1);
    expect(own.at(-1)!.generation).toBe(intervention.generation);
    expect(await verify(at("retired"))).toMatchObject({ ok: true, interventions: 1 });
    const reader = await openRunReader(at("retired"));
    const controls = [...reader.operations()].filter(({ kind }) => kind === "control");
    reader.close();
    expect(controls.map(({ detail }) => detail)).toEqual([
      { action: "retire", by: "handle", detail: null, outcome: "waits for the next boundary" },
    ]);
  });

  it("ends the run when nobody is left", async () => {
    const { handle } = begin("all-retired", { members: 2 });
    await when(handle, generation(0), () => {
      handle.retire(0);
      handle.retire(1);
    });
    expect((await handle.result).reason).toBe("retired");
    expect(await verify(at("all-retired"))).toMatchObject({ ok: true, ended: "retired" });
  });

  it("is refused when there is no such member", async () => {
    const { handle } = begin("nobody");
    const warnings: string[] = [];
    handle.retire(99);
    for await (const event of handle.events) if (event.type === "warning") warnings.push(event.message);
    expect(warnings).toEqual(["retire: refused: there is no member 99"]);
    expect(await logOf(at("nobody"))).toEqual(await logOf(at("calm")));
  });
});

describe("a change of the rule of stopping", () => {
  it("takes effect at the next boundary, flagged in the log, also when another process asks for it", async () => {
    const { handle } = begin("changed");
    await when(handle, generation(1), () => {
      void openRunReader(at("changed")).then((reader) => {
        reader.requestControl({
          action: "change-stop",
          member: null,
          detail: { generations: 4 },
          by: "dashboard",
        });
        reader.close();
      });
    });
    const result = await handle.result;
    expect(result.reason).toBe("generations");
    const events = await eventsOf(at("changed"));
    expect(events.filter(({ kind }) => kind === "intervention").map(({ body }) => body)).toEqual([
      { action: "change-stop", stop: { generations: 4 } },
    ]);
    expect(await verify(at("changed"))).toMatchObject({ ok: true, ended: "generations" });
  });

  it("is refused when it is no rule", async () => {
    const { handle } = begin("no-rule", { stop: { steps: 8 } });
    handle.changeStop({ steps: -1 });
    await handle.result;
    const reader = await openRunReader(at("no-rule"));
    const [control] = [...reader.operations()].filter(({ kind }) => kind === "control");
    reader.close();
    expect(control!.detail!["outcome"]).toBe("refused: stop.steps: needs an integer of at least 1, got -1");
  });
});

describe("a wall-clock limit", () => {
  it("ends the run at once, but not before the first generation, and the log says why", async () => {
    const { handle } = begin("limited", { stop: { seconds: 0.15 } });
    const { reason, best } = await handle.result;
    expect(reason).toBe("seconds");
    expect(best).not.toBeNull();
    expect((await eventsOf(at("limited"))).at(-1)).toMatchObject({
      kind: "end",
      body: { reason: "seconds" },
    });
    expect(await verify(at("limited"))).toMatchObject({ ok: true, ended: "seconds" });

    const tiny = begin("tiny", { stop: { seconds: 0.001 } });
    expect((await tiny.handle.result).reason).toBe("seconds");
    const evaluations = (await eventsOf(at("tiny"))).filter(({ kind }) => kind === "evaluation");
    expect(evaluations.length).toBe(6);
    expect(await verify(at("tiny"))).toMatchObject({ ok: true, ended: "seconds" });
  });
});
