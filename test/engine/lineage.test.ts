import { describe, expect, it } from "vitest";
import { lineageOf, replay, verify } from "../../src/engine/index.ts";
import { stream } from "../../src/random/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { eventsOf, finish, scratch, type ToyHyperparameters, toy } from "./support.ts";

const at = scratch();

/** A trainer whose noise depends on the segment's key: equal numbers need the ancestors' seeds. */
const noisy = defineTrainer<ToyHyperparameters, { theta: number }>({
  init: () => ({ theta: 0 }),
  train(state, h, steps, { key, member, generation }) {
    const draws = stream(key, "noise");
    for (let i = 0; i < steps; i++) state.theta += h.h0 + 0.1 * draws.normal();
    state.theta += 1e-6 * (member.length + generation);
  },
  evaluate: ({ theta }) => theta,
});

describe("a lineage", () => {
  it("has the best's ancestors, one leg for each boundary, with the hyperparameters of the log", async () => {
    const { best, lineage } = await finish(toy({ trainer: noisy }), at("a"), 2);
    const legs = lineage.legs(best!.member);
    expect(legs.map(({ fromStep, untilStep }) => [fromStep, untilStep])).toEqual(
      [0, 4, 8, 12, 16, 20].slice(0, legs.length).map((step) => [step, step + 4]),
    );
    expect(legs.at(-1)).toMatchObject({
      member: best!.member,
      generation: best!.generation,
      hyperparameters: best!.hyperparameters,
      untilStep: best!.step,
    });
    const events = await eventsOf(at("a"));
    for (const [i, leg] of legs.entries()) {
      const source =
        i === 0
          ? events.find(({ kind, member }) => kind === "founder" && member === leg.member)!
          : events.find(
              ({ kind, member, generation }) =>
                kind === "decision" && member === leg.member && generation === leg.generation - 1,
            )!;
      expect(source.body["hyperparameters"]).toEqual(leg.hyperparameters);
      if (i > 0) expect(source.body["checkpoint"]).toMatchObject({ member: legs[i - 1]!.member });
    }
  });

  it("is the same when it is read from the stored log", async () => {
    const { best, lineage } = await finish(toy({ trainer: noisy, seed: 9 }), at("b"));
    const stored = lineageOf(await eventsOf(at("b")));
    for (let member = 0; member < 6; member++) {
      expect(stored.legs(member)).toEqual(lineage.legs(member));
      expect(stored.legs(member, 5)).toEqual(lineage.legs(member, 5));
      expect(stored.schedule(member)).toEqual(lineage.schedule(member));
    }
    expect(stored.ancestry(best!.member)[0]).toBe(best!.member);
  });

  it("joins legs with equal hyperparameters in its schedule, without a gap", async () => {
    const { lineage } = await finish(toy({ trainer: noisy, seed: 10 }), at("c"));
    for (let member = 0; member < 6; member++) {
      const schedule = lineage.schedule(member, 5);
      const legs = lineage.legs(member, 5);
      expect(schedule[0]!.fromStep).toBe(0);
      expect(schedule.at(-1)!.untilStep).toBe(24);
      for (const [i, entry] of schedule.entries()) {
        if (i > 0) {
          expect(entry.fromStep).toBe(schedule[i - 1]!.untilStep);
          expect(entry.hyperparameters).not.toEqual(schedule[i - 1]!.hyperparameters);
        }
        for (const leg of legs.filter(
          ({ fromStep }) => fromStep >= entry.fromStep && fromStep < entry.untilStep,
        )) {
          expect(leg.hyperparameters).toEqual(entry.hyperparameters);
        }
      }
    }
  });
});

describe("a replay", () => {
  it("gives the winner's numbers again, from scratch, with the ancestors' seeds", async () => {
    const original = await finish(toy({ trainer: noisy }), at("original"), 2);
    const handle = await replay({ trainer: noisy, source: at("original"), directory: at("replayed") });
    const again = await handle.result;
    expect(again.reason).toBe("replayed");
    expect(again.best).toMatchObject({
      member: original.best!.member,
      value: original.best!.value,
      step: original.best!.step,
      hyperparameters: original.best!.hyperparameters,
    });
    const values = (await eventsOf(at("replayed")))
      .filter(({ kind }) => kind === "evaluation")
      .map(({ body }) => body["value"]);
    const wanted = original.lineage
      .legs(original.best!.member)
      .map(({ member, generation }) => ({ member, generation }));
    const events = await eventsOf(at("original"));
    expect(values).toEqual(
      wanted.map(
        ({ member, generation }) =>
          events.find(
            (event) =>
              event.kind === "evaluation" && event.member === member && event.generation === generation,
          )!.body["value"],
      ),
    );
    expect(await verify(at("replayed"))).toMatchObject({ ok: true, ended: "replayed" });
    expect(lineageOf(await eventsOf(at("replayed"))).legs(original.best!.member)).toEqual(
      original.lineage.legs(original.best!.member),
    );
  });

  it("walks the schedule of a member that never copied", async () => {
    const request = toy({ trainer: noisy, slow: { interval: 4, control: "random-search" } });
    const { best } = await finish(request, at("alone"), 2);
    const handle = await replay({
      trainer: noisy,
      source: at("alone"),
      directory: at("alone-again"),
      member: 4,
    });
    const again = await handle.result;
    const own = (await eventsOf(at("alone")))
      .filter(({ kind, member }) => kind === "evaluation" && member === 4)
      .map(({ body }) => body["value"] as number);
    expect(again.best!.value).toBe(Math.max(...own));
    expect(best).not.toBeNull();
  });

  it("says so when there is nothing to replay", async () => {
    await finish(toy({ trainer: noisy, stop: { steps: 4 } }), at("short"));
    await expect(
      replay({ trainer: noisy, source: at("short"), directory: at("never"), member: 77 }),
    ).rejects.toThrow("member: 77 has no sound evaluation");
  });
});
