import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finalistSeed } from "../../src/engine/finalists.ts";
import { planFrom, resume, run, type RunRequest, verify } from "../../src/engine/index.ts";
import { runPlanWith } from "../../src/engine/run.ts";
import { initialState } from "../../src/engine/state.ts";
import { UsageError } from "../../src/errors/index.ts";
import { openRunReader } from "../../src/store/index.ts";
import { commandTrainer, defineTrainer } from "../../src/trainers/index.ts";
import { eventsOf, finish, logOf, quick, scratch, scripted, toy, toySpace, toyTrainer } from "./support.ts";

const at = scratch();

interface Weights {
  theta: number[];
}

const quality = ({ theta }: Weights): number => 1.2 - theta[0]! ** 2 - theta[1]! ** 2;

/** The toy with a noisy measurement: sigma times a fixed function of the evaluation's seed, between −1 and 1. */
const noisy = (sigma: number, more: Partial<Parameters<typeof defineTrainer<never, Weights>>[0]> = {}) =>
  defineTrainer<{ h0: number; h1: number }, Weights>({
    name: "noisy",
    init: () => ({ theta: [0.9, 0.9] }),
    train(state, h, steps) {
      for (let i = 0; i < steps; i++) {
        state.theta[0]! *= 1 - 0.04 * h.h0;
        state.theta[1]! *= 1 - 0.04 * h.h1;
      }
    },
    evaluate: (state, _, { seed }) => quality(state) + sigma * Math.sin(seed % 1000),
    ...more,
  });

const plain = (events: Awaited<ReturnType<typeof eventsOf>>) =>
  events.filter(({ kind }) => kind === "finalist");

describe("the winner of a noisy run", () => {
  it("is the finalist with the best mean of fresh evaluations, not the best value seen", async () => {
    const directory = at("noisy");
    const request = toy({ trainer: noisy(0.5), reevaluate: { finalists: 4, evaluations: 6 } });
    const { best, selected, finalists, soup } = await finish(request, directory, 2);
    expect(finalists).toHaveLength(4);
    expect(soup).toBeNull();
    for (const { values, reevaluated, checkpoint, step } of finalists) {
      // The engine's seeds and the toy's noise, computed here anew.
      const state = initialState(planFrom(request));
      const offsets = values.map(
        (value, n) => value! - 0.5 * Math.sin(finalistSeed(state, checkpoint!, n) % 1000),
      );
      // Without its noise, every evaluation of one state is the same number.
      for (const offset of offsets) expect(offset).toBeCloseTo(offsets[0]!, 12);
      expect(step).toBeGreaterThan(0);
      expect(reevaluated!.evaluations).toBe(6);
      expect(reevaluated!.mean).toBeCloseTo(values.reduce((sum: number, value) => sum + value!, 0) / 6, 12);
      expect(reevaluated!.interval![0]).toBeLessThan(reevaluated!.mean);
    }
    const means = finalists.map(({ reevaluated }) => reevaluated!.mean);
    expect(means).toEqual(means.toSorted((a, b) => b - a));
    expect(best!.checkpoint).toEqual(finalists[0]!.checkpoint);
    expect(best!.reevaluated!.mean).toBe(means[0]);
    // The winner's curse: what was selected had the largest value, and flatters.
    expect(selected!.value).toBeGreaterThanOrEqual(Math.max(...finalists.map(({ value }) => value)));
    expect(selected!.value).toBeGreaterThan(best!.reevaluated!.mean);
    expect(await verify(directory)).toMatchObject({ ok: true, ended: "steps" });
  });

  it("is in the log: one event for each finalist, before an end that names winner and selected", async () => {
    const directory = at("log");
    const { best, selected } = await finish(toy({ trainer: noisy(0.5), reevaluate: 3 }), directory);
    const events = await eventsOf(directory);
    const found = plain(events);
    expect(found.length).toBeGreaterThan(2);
    expect(events.slice(-found.length - 1).map(({ kind }) => kind)).toEqual([
      ...found.map(() => "finalist"),
      "end",
    ]);
    expect(new Set(found.map(({ body }) => body["rank"]))).toEqual(new Set(found.map((_, i) => i + 1)));
    expect(found.every(({ body }) => (body["values"] as number[]).length === 3)).toBe(true);
    expect(events.at(-1)!.body).toEqual({ reason: "steps", best, selected });
    expect(events[0]!.body["reevaluate"]).toEqual({ finalists: 5, evaluations: 3, soup: false });
  });

  it("is found in asynchronous runs, by a target, and with a limit of time", async () => {
    const changes: Partial<RunRequest>[] = [
      { mode: "asynchronous" },
      { stop: { target: 0.4 } },
      { stop: { target: 0.4 }, mode: "asynchronous" },
      { stop: { seconds: 0.3 } },
      { stop: { seconds: 0.3 }, mode: "asynchronous" },
    ];
    for (const [i, change] of changes.entries()) {
      const directory = at(`ways${i}`);
      const { best, reason } = await finish(toy({ trainer: noisy(0.1), ...change }), directory, 2);
      expect(reason).toBe(Object.keys(change.stop ?? { steps: 0 })[0]);
      expect(best!.reevaluated!.evaluations).toBe(4);
      expect(await verify(directory)).toMatchObject({ ok: true, ended: reason });
    }
  });

  it("is the same for 1, 2 and 8 slots, byte for byte", async () => {
    const logs: string[][] = [];
    for (const slots of [1, 2, 8]) {
      await finish(toy({ trainer: noisy(0.3) }), at(`slots${slots}`), slots);
      logs.push(await logOf(at(`slots${slots}`)));
    }
    expect(logs[1]).toEqual(logs[0]);
    expect(logs[2]).toEqual(logs[0]);
  });
});

describe("evaluations without noise", () => {
  it("are made once, and change nothing", async () => {
    const { best, selected, finalists } = await finish(toy(), at("exact"));
    expect(finalists.map(({ values, value }) => values.length === 1 && values[0] === value)).not.toContain(
      false,
    );
    expect(best).toEqual({
      ...selected,
      reevaluated: { mean: selected!.value, interval: null, evaluations: 1 },
    });
  });

  it("are not made when nobody wants them, nor by default for trainers that would have to run for it", async () => {
    const off = await finish(toy({ reevaluate: false }), at("off"));
    expect(off).toMatchObject({ finalists: [], soup: null });
    expect(off.best).toEqual(off.selected);
    const asked = scripted();
    await finish(toy({ trainer: asked.trainer, reevaluate: true }), at("asked"));
    const zero = asked.seen.segments.filter(({ fromStep, untilStep }) => fromStep === untilStep);
    expect(zero.map(({ load, save }) => load !== null && !existsSync(save))).not.toContain(false);
    expect(zero.length).toBe(plain(await eventsOf(at("asked"))).length);
    const unasked = scripted();
    await finish(toy({ trainer: unasked.trainer }), at("unasked"));
    expect(unasked.seen.segments.every(({ fromStep, untilStep }) => fromStep < untilStep)).toBe(true);
    expect(plain(await eventsOf(at("unasked")))).toEqual([]);
  });
});

describe("a finalist that cannot be evaluated", () => {
  const failing = (which: (count: number) => boolean) => {
    let count = 0;
    return scripted(({ fromStep, untilStep }) =>
      fromStep === untilStep && which(count++)
        ? { status: "failed", cause: "exit", message: "no" }
        : undefined,
    ).trainer;
  };

  it("loses to every other; when none can be, the best is the best value seen", async () => {
    const all = await finish(toy({ trainer: failing(() => true), reevaluate: 2 }), at("dead"));
    expect(all.best).toEqual(all.selected);
    expect(all.finalists.every(({ values }) => values.every((value) => value === null))).toBe(true);
    expect(await verify(at("dead"))).toMatchObject({ ok: true, ended: "steps" });
    // The first finalist is the best value seen: its first tries and its retry fail.
    const some = await finish(toy({ trainer: failing((count) => count < 2), reevaluate: 1 }), at("some"));
    expect(some.selected!.checkpoint).toEqual(some.finalists.at(-1)!.checkpoint);
    expect(some.best!.value).toBeLessThan(some.selected!.value);
    expect(await verify(at("some"))).toMatchObject({ ok: true });
  });

  it("is tried again when its trainer was lost, and ends the process in error when that goes on", async () => {
    let losses = 0;
    const lost = (limit: number) =>
      scripted(({ fromStep, untilStep }) =>
        fromStep === untilStep && losses++ < limit ? { status: "lost", message: "gone" } : undefined,
      ).trainer;
    const plan = planFrom({ ...toy(), reevaluate: 1 });
    const twice = await runPlanWith(plan, lost(2), { directory: at("lost2"), slots: 1 }, quick).result;
    expect(twice.finalists.every(({ values }) => values[0] !== null)).toBe(true);
    losses = 0;
    const calm = await logOf(at("lost2"));
    const gone = runPlanWith(plan, lost(Infinity), { directory: at("lost"), slots: 1 }, quick);
    await expect(gone.result).rejects.toThrow(/m\d+, generation \d+: its trainer was lost 5 times in a row/);
    expect(await verify(at("lost"))).toMatchObject({ ok: true, ended: null });
    await resume(at("lost"), { trainer: scripted().trainer }).result;
    expect(await logOf(at("lost"))).toEqual(calm);
  });
});

describe("a run stopped among its finalists", () => {
  it("goes on there, to the log of an undisturbed one; a larger budget trains on instead", async () => {
    const request = toy({ trainer: noisy(0.2) });
    await finish(request, at("calm"));
    const stopped = async (name: string): Promise<void> => {
      const trainer = noisy(0.2);
      const handle = run({ ...request, trainer }, { directory: at(name), slots: 1 });
      for await (const event of handle.events) {
        if (event.type === "finalist" && event.done === 3) handle.stop("segment");
      }
      expect(await handle.result).toMatchObject({ reason: "stopped", finalists: [] });
    };
    await stopped("again");
    const lines = await logOf(at("again"));
    expect(lines).toEqual((await logOf(at("calm"))).slice(0, lines.length));
    const { reason } = await resume(at("again"), { trainer: noisy(0.2) }).result;
    expect(reason).toBe("steps");
    expect(await logOf(at("again"))).toEqual(await logOf(at("calm")));
    await stopped("more");
    const more = await resume(at("more"), { trainer: noisy(0.2), stop: { steps: 32 } }).result;
    expect(more.finalists.some(({ step }) => step === 32)).toBe(true);
    expect(await verify(at("more"))).toMatchObject({ ok: true, interventions: 1 });
  });

  it("evaluates others when it ended and is given more steps", async () => {
    await finish(toy({ trainer: noisy(0.2) }), at("ended"));
    const more = await resume(at("ended"), { trainer: noisy(0.2), stop: { steps: 40 } }).result;
    const ends = (await eventsOf(at("ended"))).filter(({ kind }) => kind === "end");
    expect(ends).toHaveLength(2);
    expect(more.best).toEqual(ends[1]!.body["best"]);
    expect(more.finalists.some(({ step }) => step === 40)).toBe(true);
    expect(await verify(at("ended"))).toMatchObject({ ok: true });
  });
});

describe("verify", () => {
  it("derives the winner anew: a rank, a mean or a winner that was changed is found", async () => {
    await finish(toy({ trainer: noisy(0.5) }), at("honest"));
    const events = await eventsOf(at("honest"));
    const { fold } = await import("../../src/engine/index.ts");
    expect(fold(events, "honest").difference).toBeNull();
    const place = events.findIndex(({ kind }) => kind === "finalist");
    for (const [name, wrong] of [
      ["rank", 9],
      ["mean", 0],
      ["selected", 0],
    ] as const) {
      const changed = events.map((event, i) =>
        i === place ? { ...event, body: { ...event.body, [name]: wrong } } : event,
      );
      expect(fold(changed, "changed").difference).toMatchObject({
        seq: place,
        kind: "finalist",
        place: name,
      });
    }
    const end = events.at(-1)!;
    const other = { ...end, body: { ...end.body, best: end.body["selected"]! } };
    expect(fold([...events.slice(0, -1), other], "changed").difference).toMatchObject({ kind: "end" });
  });
});

describe("a soup", () => {
  /** Its states lie on both sides of the optimum, so that their mean is better than each. */
  const mixing = (more: Partial<Parameters<typeof defineTrainer<never, Weights>>[0]> = {}) =>
    defineTrainer<{ h0: number; h1: number }, Weights>({
      init: (_, { member }) => ({ theta: [Number(member.slice(1)) % 2 === 0 ? 1 : -1, 0] }),
      train: (state, { h0 }, steps) => ({ theta: [state.theta[0]! * (1 - 0.001 * h0 * steps), 0] }),
      evaluate: quality,
      merge: (states, weights) => ({
        theta: [0, 1].map((i) => states.reduce((sum, { theta }, k) => sum + weights[k]! * theta[i]!, 0)),
      }),
      ...more,
    });

  it("of finalists that is better than the winner is saved and reported beside it", async () => {
    const directory = at("soup");
    const { best, soup, finalists } = await finish(
      toy({ trainer: mixing(), slow: { interval: 4, control: "random-search" } }),
      directory,
    );
    const events = plain(await eventsOf(directory));
    const trials = events.filter(({ member }) => member === null);
    expect(trials).toHaveLength(finalists.length - 1);
    expect(best!.reevaluated!.mean).toBe(finalists[0]!.reevaluated!.mean);
    expect(soup!.mean).toBeGreaterThan(best!.reevaluated!.mean);
    expect(soup!.of[0]).toEqual(best!.checkpoint);
    expect(soup!.of.length).toBe(1 + trials.filter(({ body }) => body["kept"] === true).length);
    const reader = await openRunReader(directory);
    const { directory: files } = reader.checkpoints.locate(soup!.checkpoint);
    reader.close();
    // What was saved measures as what was reported.
    const { definition } = mixing();
    expect(readdirSync(files)).toEqual(["state.bin"]);
    const { decodeState } = await import("../../src/trainers/index.ts");
    const state = decodeState(readFileSync(join(files, "state.bin"))) as Weights;
    expect(definition.evaluate(state, {}, {} as never)).toBe(soup!.mean);
    expect(await verify(directory)).toMatchObject({ ok: true });
    const again = await resume(directory, { trainer: mixing() }).result;
    expect(again.soup).toEqual(soup);
  });

  it("that is worse is not kept, and one that cannot be made is told and changes nothing", async () => {
    const worse = await finish(toy({ trainer: mixing({ merge: () => ({ theta: [5, 5] }) }) }), at("worse"));
    expect(worse.soup).toBeNull();
    const reader = await openRunReader(at("worse"));
    expect(reader.checkpoints.list().some(({ member }) => member === 6)).toBe(false);
    reader.close();
    const broken = await finish(
      toy({
        trainer: mixing({
          merge: () => {
            throw new Error("cannot mix");
          },
        }),
      }),
      at("broken"),
    );
    expect(broken.soup).toBeNull();
    expect(broken.best!.reevaluated).toBeDefined();
    expect(await verify(at("broken"))).toMatchObject({ ok: true });
  });
});

describe("what a run may ask for", () => {
  it("is refused with all problems before a directory is made", () => {
    expect(() => planFrom(toy({ reevaluate: { finalists: 0, evaluations: 1.5 } }))).toThrow(
      /reevaluate\.finalists: needs an integer from 1 to 1000, got 0\nreevaluate\.evaluations: .* got 1\.5/,
    );
    expect(() => run(toy({ reevaluate: true }), { directory: at("keep"), keep: "last" })).toThrow(
      /keep: last deletes the best state/,
    );
    const restart = commandTrainer({ command: ["true"], restart: true, level: 1, shell: true });
    expect(() => run({ ...toy({ trainer: restart }), reevaluate: 2 }, { directory: at("restart") })).toThrow(
      UsageError,
    );
    expect(existsSync(at("keep"))).toBe(false);
    expect(existsSync(at("restart"))).toBe(false);
  });

  it("is what the run began with: a resume keeps it, and refuses another", async () => {
    await finish(toy({ reevaluate: 2 }), at("began"));
    const plan = planFrom(toy());
    expect((await resume(at("began"), { trainer: toyTrainer, plan }).result).alreadyEnded).toBe(true);
    const other = planFrom(toy({ reevaluate: 3 }));
    await expect(resume(at("began"), { trainer: toyTrainer, plan: other }).result).rejects.toThrow(
      /reevaluate\.evaluations: the run has 2, now 3/,
    );
  });

  it("names what is wrong with a command before a directory is made", () => {
    const command = ["no-such-program", "--lr", "{lr}", "--load", "{load}", "--save", "{save}"];
    const begin = () =>
      run({ ...toy(), space: toySpace, trainer: commandTrainer({ command }) }, { directory: at("command") });
    expect(begin).toThrow(/unknown placeholder \{lr\}[^]*no program "no-such-program" on PATH/);
    expect(existsSync(at("command"))).toBe(false);
  });
});
