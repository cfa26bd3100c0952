import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planFrom, type RunRequest, type StopRule, verify } from "../../src/engine/index.ts";
import { runPlanWith } from "../../src/engine/run.ts";
import type { StoredDecisionEvent } from "../../src/store/index.ts";
import { eventsOf, quick, type Script, scratch, scripted, toy } from "./support.ts";

const at = scratch();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The last member ends a segment only when member 0 is well ahead, or has nothing more to do. */
function paced(boundaries = 8): Script {
  const begun = new Map<number, number>();
  return async ({ member, generation }) => {
    begun.set(member, (begun.get(member) ?? 0) + 1);
    await sleep(1);
    if (member !== 5) return undefined;
    const ahead = Math.min(boundaries, 2 * generation + 3);
    for (let i = 0; i < 1000 && (begun.get(0) ?? 0) < ahead; i++) await sleep(1);
    return undefined;
  };
}

async function told(name: string, changes: Partial<RunRequest> = {}, script: Script = paced()) {
  const { trainer, seen } = scripted(script);
  const plan = planFrom(toy({ trainer, mode: "asynchronous", stop: { steps: 32 }, ...changes }));
  const result = await runPlanWith(plan, trainer, { directory: at(name), slots: 6 }, quick).result;
  return { result, seen, events: await eventsOf(at(name)) };
}

interface Copy {
  readonly step: number;
  readonly donor: number;
  readonly checkpointStep: number;
  readonly seq: number;
}

/** Every copy, with the step at which the copying member stood. */
function copiesOf(events: readonly StoredDecisionEvent[]): Copy[] {
  const stood = new Map<string, number>();
  const copies: Copy[] = [];
  for (const { kind, member, generation, body, seq } of events) {
    if (kind === "evaluation") stood.set(`${member}/${generation}`, body["step"] as number);
    if (kind !== "decision" || body["action"] !== "copy") continue;
    copies.push({
      seq,
      step: stood.get(`${member}/${generation}`)!,
      donor: body["donor"] as number,
      checkpointStep: (body["checkpoint"] as { readonly step: number }).step,
    });
  }
  return copies;
}

describe("an asynchronous run", () => {
  it("lets fast members go ahead, and its decisions can be derived again from the order that happened", async () => {
    const { result, events } = await told("paced");
    expect(result.reason).toBe("steps");
    expect(await verify(at("paced"))).toMatchObject({ ok: true, difference: null, ended: "steps" });
    const order = events
      .filter(({ kind }) => kind === "evaluation")
      .map(({ member, generation }) => ({ member, generation }));
    // The slowest member had not reached its third boundary when another one reached its sixth.
    const place = (member: number, generation: number): number =>
      order.findIndex((entry) => entry.member === member && entry.generation === generation);
    expect(place(0, 5)).toBeLessThan(place(5, 2));
    for (let member = 0; member < 6; member++) {
      const own = order.filter((entry) => entry.member === member).map(({ generation }) => generation);
      expect(own).toEqual(own.map((_, i) => i));
    }
  });

  it("copies only from lineages that have been at the same step, and takes their newest state", async () => {
    const copies = copiesOf(await eventsOf(at("paced")));
    expect(copies.length).toBeGreaterThan(0);
    for (const { step, checkpointStep } of copies) expect(checkpointStep).toBeGreaterThanOrEqual(step);
  });

  it("counts a generation after as many boundaries as there are members", async () => {
    const events = await eventsOf(at("paced"));
    const windows = events.filter(({ kind }) => kind === "generation");
    const boundaries = events.filter(({ kind }) => kind === "evaluation").length;
    expect(windows.length).toBe(Math.floor(boundaries / 6));
    const sum = windows.reduce((total, { body }) => {
      return total + (body["diagnostics"] as { readonly copies: number }).copies;
    }, 0);
    const until = windows.at(-1)!.seq;
    expect(sum).toBe(copiesOf(events).filter(({ seq }) => seq < until).length);
  });

  it("stops at a target at once, by generations when every member is done, and by patience", async () => {
    const flat: Script = ({ save, untilStep, hyperparameters }) => {
      writeFileSync(join(save, "state"), "1");
      return { status: "ok", step: untilStep, metrics: { Q: 1 }, using: hyperparameters };
    };
    const rules: readonly [string, StopRule, Script][] = [
      ["target", { target: 3, steps: 4000 }, paced()],
      ["generations", { generations: 3 }, paced(3)],
      ["patience", { patience: 2, steps: 4000 }, flat],
    ];
    for (const [reason, stop, script] of rules) {
      const { result, events } = await told(reason, { stop }, script);
      expect(result.reason).toBe(reason);
      expect(await verify(at(reason))).toMatchObject({ ok: true, ended: reason });
      if (reason === "patience") expect(events.filter(({ kind }) => kind === "generation").length).toBe(3);
    }
  });

  it("ends although one member fails at every boundary and nobody may replace it", async () => {
    const { result, events } = await told(
      "fails",
      { slow: { interval: 4, control: "random-search" }, retries: 0 },
      async ({ member }) => {
        await sleep(1);
        return member === 2 ? { status: "failed", cause: "exit", message: "always" } : undefined;
      },
    );
    expect(result.reason).toBe("steps");
    const own = events.filter(({ kind, member }) => kind === "evaluation" && member === 2);
    expect(own.length).toBe(8);
    expect(own.every(({ body }) => body["status"] === "failed")).toBe(true);
    expect(await verify(at("fails"))).toMatchObject({ ok: true, ended: "steps" });
  });

  it("lets whoever has trained least go first, so that members who outnumber the slots are compared", async () => {
    const { trainer, seen } = scripted();
    const plan = planFrom(
      toy({
        trainer,
        mode: "asynchronous",
        stop: { steps: 32 },
        slow: { interval: 4, control: "random-search" },
      }),
    );
    await runPlanWith(plan, trainer, { directory: at("outnumbered"), slots: 1 }, quick).result;
    // Six members, eight segments each: all begin their n-th segment before one begins its next.
    expect(seen.segments.map(({ fromStep }) => fromStep)).toEqual(
      Array.from({ length: 48 }, (_, i) => 4 * Math.floor(i / 6)),
    );
  });

  it("replaces a failed member by one that is far enough", async () => {
    const { events } = await told("replaced", { retries: 0 }, async ({ member, generation }) => {
      await sleep(2);
      return member === 2 && generation === 3
        ? { status: "failed", cause: "exit", message: "once" }
        : undefined;
    });
    const decision = events.find(
      ({ kind, member, generation }) => kind === "decision" && member === 2 && generation === 3,
    )!;
    expect(decision.body["action"]).toBe("copy");
    expect(await verify(at("replaced"))).toMatchObject({ ok: true });
  });
});
