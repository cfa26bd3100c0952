import { describe, expect, it } from "vitest";
import { resume, run, verify } from "../../src/engine/index.ts";
import { PopulationError } from "../../src/errors/index.ts";
import { eventsOf, finish, scratch, scripted, toy } from "./support.ts";

const at = scratch();

describe("a population that ended because too few members could go on", () => {
  const request = toy({ members: 4, minAlive: 3, retries: 0 });
  const broken = () =>
    scripted(({ generation, member }) =>
      generation === 2 && member < 2 ? { status: "failed", cause: "exit", message: "no" } : undefined,
    ).trainer;

  it("goes on from its last states when its trainer is mended, and the log says who let it", async () => {
    const directory = at("mended");
    await expect(run({ ...request, trainer: broken() }, { directory }).result).rejects.toThrow(
      PopulationError,
    );
    const before = await eventsOf(directory);
    expect(before.at(-1)).toMatchObject({ kind: "end", body: { reason: "failed" } });
    const { trainer } = scripted();
    await expect(resume(directory, { trainer }).result).rejects.toThrow(/resume with --retry-failed/);
    expect(await eventsOf(directory)).toEqual(before);
    const { reason } = await resume(directory, { trainer, retryFailed: true }).result;
    expect(reason).toBe("steps");
    const events = await eventsOf(directory);
    expect(events[before.length]).toMatchObject({
      kind: "intervention",
      member: null,
      body: { action: "retry-failed" },
    });
    const next = events.filter(({ kind, generation }) => kind === "evaluation" && generation === 3);
    expect(next.map(({ body }) => [body["status"], body["step"]])).toEqual(
      Array.from({ length: 4 }, () => ["ok", 16]),
    );
    expect(await verify(directory)).toMatchObject({ ok: true, interventions: 1, ended: "steps" });
  });

  it("ends again when the trainer still fails, and nothing is forgiven that did not end so", async () => {
    const directory = at("still");
    const always = () =>
      scripted(({ generation }) =>
        generation >= 2 ? { status: "failed", cause: "exit", message: "no" } : undefined,
      ).trainer;
    await expect(run({ ...request, trainer: always() }, { directory }).result).rejects.toThrow(
      PopulationError,
    );
    const again = resume(directory, { trainer: always(), retryFailed: true });
    await expect(again.result).rejects.toThrow(/4 of 4 members failed/);
    expect(await verify(directory)).toMatchObject({ ok: true, interventions: 1, ended: "failed" });
    const { trainer } = scripted();
    await finish({ ...request, trainer }, at("fine"));
    const lines = await eventsOf(at("fine"));
    expect((await resume(at("fine"), { trainer, retryFailed: true }).result).alreadyEnded).toBe(true);
    expect(await eventsOf(at("fine"))).toEqual(lines);
  });
});
