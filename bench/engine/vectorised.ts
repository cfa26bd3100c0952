import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../src/engine/faults.ts";
import { planFrom, type Trainer } from "../../src/engine/index.ts";
import { runPlanWith } from "../../src/engine/run.ts";
import type { Fitness } from "../../src/population/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { median, spread } from "../compute/statistics.ts";
import { type Stage, stages, type StageTimes, type Stopwatch, stopwatch } from "./stages.ts";

export interface VectorisedRow {
  readonly fitness: string;
  readonly members: number;
  /** Microseconds per member and generation: everything but the trainer. */
  readonly usPerMember: number;
  readonly spread: number;
  /** Processor time of the whole generation, the no-op trainer's included. */
  readonly cpuUsPerMember: number;
  /** Wall time by stage. */
  readonly split: Readonly<Record<Stage, number>>;
}

/** All members in one call and one shared checkpoint of 64 bytes per member; nothing is trained. */
const trainer: Trainer = {
  kind: "no-op",
  spec: {},
  batch: Number.POSITIVE_INFINITY,
  parallel: false,
  shared: true,
  verification: "echo",
  open: () =>
    Promise.resolve({
      run(segments, _hooks, done) {
        const [first] = segments;
        if (first !== undefined && first.load !== null) readFileSync(join(first.load.directory, "states"));
        writeFileSync(join(first!.save, "states"), new Uint8Array(64 * segments.length));
        for (const [row, segment] of segments.entries()) {
          const using = segment.hyperparameters;
          done(segment, {
            status: "ok",
            step: segment.untilStep,
            metrics: { q: Number(using["x"]) },
            using,
            row,
          });
        }
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    }),
};

/** The generations after the first, which opens the session. */
async function once(
  fitness: Fitness,
  members: number,
  generations: number,
  seed: number,
): Promise<Stopwatch["generations"]> {
  const directory = mkdtempSync(join(tmpdir(), "polytempo-bench-"));
  try {
    const plan = planFrom({
      space: searchSpace({ x: uniform(0, 1), y: uniform(0, 1), z: uniform(0, 1) }),
      metric: "q:max",
      members,
      seed,
      slow: { interval: 1, fitness },
      stop: { generations },
    });
    const watch = stopwatch();
    await runPlanWith(
      plan,
      trainer,
      { directory: join(directory, "run") },
      { ...production, fault: watch.fault },
    ).result;
    return watch.generations.slice(1);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const engineMs = (one: StageTimes): number =>
  stages.filter((stage) => stage !== "trainer").reduce((sum, stage) => sum + one[stage], 0);

/** Cost of the engine, the slow step and the store by size of the population: medians over the generations of all rounds. */
export async function vectorised(
  fitness: Fitness,
  rounds: number,
  sizes: readonly number[],
  generations: number,
): Promise<VectorisedRow[]> {
  const rows: VectorisedRow[] = [];
  for (const members of sizes) {
    const all: Stopwatch["generations"][number][] = [];
    for (let seed = 1; seed <= rounds; seed++) all.push(...(await once(fitness, members, generations, seed)));
    const us = (ms: number): number => (1000 * ms) / members;
    const totals = all.map(({ wall }) => engineMs(wall));
    const split = stages.map((stage) => [stage, us(median(all.map(({ wall }) => wall[stage])))]);
    rows.push({
      fitness: fitness.spec.kind,
      members,
      usPerMember: us(median(totals)),
      spread: spread(totals),
      cpuUsPerMember: us(median(all.map((one) => one.cpuMs))),
      split: Object.fromEntries(split) as Record<Stage, number>,
    });
  }
  return rows;
}
