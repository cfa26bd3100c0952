import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../src/engine/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { commandTrainer } from "../../src/trainers/index.ts";
import { cpuMs } from "./stages.ts";
import { median, spread } from "../compute/statistics.ts";

const here = dirname(fileURLToPath(import.meta.url));

export interface ResidentRow {
  readonly trainer: string;
  /** Milliseconds per member-generation, once every process is up: of the generations after the first. */
  readonly msPerSegment: number;
  readonly spread: number;
  /** The controller's processor time in that time: what a busy machine does not change. */
  readonly cpuMsPerSegment: number;
  /** The whole run over all member-generations, the start of the processes and of the run included. */
  readonly msPerSegmentWithStart: number;
}

export interface ResidentOptions {
  readonly members: number;
  readonly slots: number;
  readonly generations: number;
}

interface Times {
  readonly steady: number;
  readonly cpu: number;
  readonly all: number;
}

/** Runs a population of resident processes that only save 1 kB and report. */
async function once(command: readonly string[], options: ResidentOptions, seed: number): Promise<Times> {
  const { members, slots, generations } = options;
  const directory = mkdtempSync(join(tmpdir(), "polytempo-bench-"));
  try {
    const began = performance.now();
    const handle = run(
      {
        trainer: commandTrainer({ command, level: 3 }),
        space: searchSpace({ x: uniform(0, 1) }),
        metric: "q:max",
        members,
        seed,
        slow: { interval: 1 },
        stop: { generations },
      },
      { directory: join(directory, "run"), slots },
    );
    let first: readonly [number, number] | null = null;
    let last: readonly [number, number] = [0, 0];
    for await (const event of handle.events) {
      if (event.type !== "generation") continue;
      last = [performance.now(), cpuMs()];
      first ??= last;
    }
    await handle.result;
    const segments = members * (generations - 1);
    return {
      steady: (last[0] - first![0]) / segments,
      cpu: (last[1] - first![1]) / segments,
      all: (performance.now() - began) / (members * generations),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Cost of one segment of a resident process, median of `rounds` runs with seeds 1, 2 … */
export async function resident(
  rounds: number,
  python: string,
  options: ResidentOptions,
): Promise<ResidentRow[]> {
  const trainers = [
    { trainer: "Python client", command: [python, join(here, "noop.py")] },
    { trainer: "Node, by hand", command: [process.execPath, join(here, "noop.mjs")] },
  ];
  const rows: ResidentRow[] = [];
  for (const { trainer, command } of trainers) {
    const times: Times[] = [];
    for (let seed = 1; seed <= rounds; seed++) times.push(await once(command, options, seed));
    const all = times.map(({ steady }) => steady);
    rows.push({
      trainer,
      msPerSegment: median(all),
      spread: spread(all),
      cpuMsPerSegment: median(times.map(({ cpu }) => cpu)),
      msPerSegmentWithStart: median(times.map(({ all }) => all)),
    });
  }
  return rows;
}
