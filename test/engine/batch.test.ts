import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planFrom, replay, resume, type Segment, type Trainer, verify } from "../../src/engine/index.ts";
import { runPlanWith } from "../../src/engine/run.ts";
import { openRunReader } from "../../src/store/index.ts";
import { eventsOf, logOf, quick, scratch, scripted, toy } from "./support.ts";

const at = scratch();

/** The scripted trainer's arithmetic, all members in one call; `shared`: their states in one file. */
function batched(shared: boolean, breaks: (segment: Segment) => boolean = () => false) {
  const calls: number[] = [];
  const saves: number[] = [];
  const trainer: Trainer = {
    kind: "batched",
    spec: {},
    batch: Number.POSITIVE_INFINITY,
    parallel: false,
    ...(shared ? { shared } : {}),
    verification: "echo",
    open: () =>
      Promise.resolve({
        run(segments, _hooks, done) {
          calls.push(segments.length);
          saves.push(new Set(segments.map(({ save }) => save)).size);
          const states = segments.map(({ load, hyperparameters, fromStep, untilStep }) => {
            const all =
              load === null
                ? []
                : (JSON.parse(readFileSync(join(load.directory, "all"), "utf8")) as number[]);
            return (
              (load === null ? 0 : all[load.row!]!) + Number(hyperparameters["h0"]) * (untilStep - fromStep)
            );
          });
          writeFileSync(join(segments[0]!.save, "all"), JSON.stringify(states));
          for (const [row, segment] of segments.entries()) {
            const Q = breaks(segment) ? Number.NaN : states[row]!;
            done(segment, {
              status: "ok",
              step: segment.untilStep,
              metrics: { Q },
              using: segment.hyperparameters,
              row,
            });
          }
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      }),
  };
  return { trainer, calls, saves };
}

describe("a trainer that advances the whole population in one call", () => {
  it("gives the log of one that advances members one by one, with one checkpoint for all", async () => {
    const single = scripted();
    await runPlanWith(planFrom(toy()), single.trainer, { directory: at("single"), slots: 2 }, quick).result;
    for (const shared of [true, false]) {
      const { trainer, calls, saves } = batched(shared);
      const directory = at(`shared-${shared}`);
      await runPlanWith(planFrom(toy()), trainer, { directory, slots: 4 }, quick).result;
      expect(await logOf(directory)).toEqual(await logOf(at("single")));
      expect(calls).toEqual([6, 6, 6, 6, 6, 6]);
      expect(saves).toEqual(Array.from({ length: 6 }, () => (shared ? 1 : 6)));
    }
  });

  it("tries members that failed again, together, and then goes on without them", async () => {
    const { trainer, calls } = batched(true, ({ member, generation }) => generation === 2 && member >= 4);
    await runPlanWith(planFrom(toy()), trainer, { directory: at("nan") }, quick).result;
    expect(calls).toEqual([6, 6, 6, 2, 6, 6, 6]);
    const failed = (await eventsOf(at("nan"))).filter(({ body }) => body["status"] === "failed");
    expect(failed.map(({ member, generation, body }) => [member, generation, body["cause"]])).toEqual([
      [4, 2, "nan"],
      [5, 2, "nan"],
    ]);
    expect(await verify(at("nan"))).toMatchObject({ ok: true });
  });

  it("keeps a shared checkpoint while anybody needs a row of it", async () => {
    const reader = await openRunReader(at("shared-true"));
    const ids = reader.checkpoints.list();
    const directories = new Set(ids.map((id) => reader.checkpoints.locate(id).directory));
    reader.close();
    expect(ids.length).toBeGreaterThan(1);
    expect(directories.size).toBe(1);
  });
});

describe("a replay that was stopped", () => {
  it("goes on where it was, to the numbers of an undisturbed one", async () => {
    const { trainer } = scripted();
    const calm = await (await replay({ trainer, source: at("single"), directory: at("calm") })).result;
    const handle = await replay({ trainer, source: at("single"), directory: at("stopped") });
    for await (const event of handle.events) {
      if (event.type === "segment" && event.state === "done") handle.stop("segment");
    }
    const stopped = await handle.result;
    expect(stopped.reason).toBe("stopped");
    const resumed = await resume(at("stopped"), { trainer }).result;
    expect(resumed.reason).toBe("replayed");
    expect(resumed.best).toEqual(calm.best);
    expect(await logOf(at("stopped"))).toEqual(await logOf(at("calm")));
  });
});
