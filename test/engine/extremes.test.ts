import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planFrom, verify } from "../../src/engine/index.ts";
import { runPlanWith } from "../../src/engine/run.ts";
import { autoFitness, instantaneous } from "../../src/population/index.ts";
import { eventsOf, quick, type Script, scratch, scripted, toy } from "./support.ts";

const at = scratch();

/** Values at the ends of the number range: the metric of the n-th member is the n-th of them, another each generation. */
const valued =
  (values: readonly number[]): Script =>
  ({ member, generation, hyperparameters, untilStep, load, save }, hooks) => {
    writeFileSync(join(save, "state"), load === null ? "new" : "on");
    const Q = values[(member + generation) % values.length]!;
    for (const step of [untilStep - 2, untilStep - 1]) hooks.report(member, step, { Q: -Q });
    return { status: "ok", step: untilStep, metrics: { Q }, using: hyperparameters };
  };

describe("metrics at the ends of the number range", () => {
  it.each([
    ["huge", [1.7e308, -1.7e308, 1.2e308]],
    ["huge beside tiny", [1.7e308, 1e-308, -1e308]],
    ["tiny", [1e-308, 2e-308, 3e-308]],
    ["denormal", [5e-324, 1e-323, 0]],
  ])(
    "%s: what sums cannot say is unknown, the run ends, and it can be derived again",
    async (name, values) => {
      for (const [rule, fitness] of [
        ["auto", autoFitness()],
        ["last", instantaneous()],
      ] as const) {
        const { trainer } = scripted(valued(values));
        const plan = planFrom(toy({ trainer, slow: { interval: 4, fitness }, stop: { steps: 48 } }));
        const directory = at(`${name}-${rule}`);
        const result = await runPlanWith(plan, trainer, { directory, slots: 2 }, quick).result;
        expect(result.reason).toBe("steps");
        expect(result.selected?.value ?? result.best?.value).toBe(Math.max(...values));
        expect((await eventsOf(directory)).filter(({ kind }) => kind === "generation")).toHaveLength(12);
        expect(await verify(directory)).toMatchObject({ ok: true });
      }
    },
  );
});
