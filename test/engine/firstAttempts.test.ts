import { describe, expect, it } from "vitest";
import { planFrom, type RunRequest, type SegmentOutcome, verify } from "../../src/engine/index.ts";
import { resumeWith, runPlanWith } from "../../src/engine/run.ts";
import { PopulationError } from "../../src/errors/index.ts";
import { eventsOf, logOf, quick, type Script, scratch, scripted, toy } from "./support.ts";

const at = scratch();

const missing: SegmentOutcome = {
  status: "failed",
  cause: "exit",
  message: "the trainer exited with code 2",
  tail: "can't open file 'nosuch.py'",
};

/** A run with a scripted trainer that works asynchronously, as programs do. */
async function told(name: string, script: Script, changes: Partial<RunRequest> = {}, slots = 2) {
  const { trainer, seen } = scripted(async (segment, hooks) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const outcome = await script(segment, hooks);
    return typeof outcome === "string" ? undefined : outcome;
  });
  const plan = planFrom(toy({ trainer, stop: { steps: 16 }, ...changes }));
  const error: unknown = await runPlanWith(plan, trainer, { directory: at(name), slots }, quick).result.then(
    () => null,
    (error: unknown) => error,
  );
  return { plan, seen, error };
}

describe("a trainer that cannot start", () => {
  it.each([
    [1, 1],
    [2, 1],
    [1, 0],
    [2, 0],
  ])(
    "ends the run after a few attempts, and nobody is failed: %i slots, %i retries",
    async (slots, retries) => {
      const name = `missing-${slots}-${retries}`;
      const { plan, seen, error } = await told(name, () => missing, { members: 12, retries }, slots);
      expect(error).toBeInstanceOf(PopulationError);
      expect((error as Error).message).toBe(
        "population: every first attempt failed in the same way, and nothing was reported before; no more are made.\n" +
          "m00, generation 1: the trainer exited with code 2\ncan't open file 'nosuch.py'\n" +
          "Mend the trainer and resume, or start another run with another command: no member was failed for it.",
      );
      expect(seen.segments.length).toBeLessThanOrEqual(2 + slots);
      expect((await eventsOf(at(name))).map(({ kind }) => kind)).not.toContain("evaluation");

      const { trainer } = scripted();
      const calm = at(`${name}-calm`);
      await runPlanWith(plan, trainer, { directory: calm }, quick).result;
      expect((await resumeWith(at(name), { trainer, plan }, quick).result).reason).toBe("steps");
      expect(await logOf(at(name))).toEqual(await logOf(calm));
      expect(await verify(at(name))).toMatchObject({ ok: true, interventions: 0, ended: "steps" });
    },
  );

  it("ends a resume in the same way as long as it is not mended", async () => {
    await told("again", () => missing);
    const { trainer, seen } = scripted(() => missing);
    await expect(resumeWith(at("again"), { trainer }, quick).result).rejects.toThrow(/every first attempt/);
    expect(seen.segments.length).toBeLessThanOrEqual(6);
  });

  it("ends an asynchronous run too", async () => {
    const { error, seen } = await told("asynchronous", () => missing, { members: 12, mode: "asynchronous" });
    expect(String(error)).toContain("every first attempt failed in the same way");
    expect(seen.segments.length).toBeLessThanOrEqual(4);
  });
});

describe("a flaky start does not end a run, and leaves no trace in the decision log", () => {
  const calmly = async (name: string, changes: Partial<RunRequest> = {}): Promise<string[]> => {
    expect((await told(name, () => undefined, changes)).error).toBe(null);
    return await logOf(at(name));
  };

  it("when all that run at first die together", async () => {
    const { error } = await told("hiccup", ({ attempt, member }) =>
      member < 2 && attempt === 1 ? missing : undefined,
    );
    expect(error).toBe(null);
    expect(await logOf(at("hiccup"))).toEqual(await calmly("hiccup-calm"));
  });

  it("when only one of them gets through, late", async () => {
    let open: () => void = () => {};
    const others = new Promise<void>((resolve) => {
      open = resolve;
    });
    let failures = 0;
    const { error } = await told("survivor", async ({ member, generation, attempt }) => {
      if (generation > 0) return undefined;
      if (member === 0) await others;
      else if (attempt === 1) {
        failures++;
        if (failures === 5) open();
        return missing;
      }
      return undefined;
    });
    expect(error).toBe(null);
    expect(failures).toBe(5);
    expect(await logOf(at("survivor"))).toEqual(await calmly("survivor-calm"));
  });

  it("when members fail for good before another one works: they are failed then", async () => {
    const fails: Script = ({ member, generation }) => (generation === 0 && member < 2 ? missing : undefined);
    const { error } = await told("held", fails, { retries: 0 }, 1);
    expect(error).toBe(null);
    const failed = (await eventsOf(at("held"))).filter(({ body }) => body["status"] === "failed");
    expect(failed.map(({ member, generation }) => [member, generation])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    await told("held-2", fails, { retries: 0 }, 2);
    expect(await logOf(at("held-2"))).toEqual(await logOf(at("held")));
  });

  it("when something has been reported, however all fail afterwards", async () => {
    const { error } = await told("reported", ({ member, generation, fromStep }, hooks) => {
      hooks.report(member, fromStep + 1, { Q: 0 });
      return generation === 0 ? missing : undefined;
    });
    expect(String(error)).toContain("6 of 6 members failed (exit ×6)");
    expect((await eventsOf(at("reported"))).at(-1)).toMatchObject({
      kind: "end",
      body: { reason: "failed" },
    });
  });
});
