import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import type {
  Metrics,
  Segment,
  SegmentHooks,
  SegmentOutcome,
  SessionContext,
  Trainer,
  TrainerSession,
} from "../../src/engine/index.ts";
import type { Hyperparameters, SearchSpace } from "../../src/space/index.ts";
import { toySpace } from "./space.ts";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const examples = join(root, "examples", "python");
export const hostile = join(root, "test", "trainers", "hostile");

interface Bench {
  readonly directory: string;
  readonly session: TrainerSession;
  readonly notes: { readonly kind: string; readonly detail: unknown }[];
  readonly reports: { readonly step: number; readonly metrics: Metrics }[];
  readonly groups: Set<number>;
  readonly started: number[];
  run(part?: Partial<Segment>, signal?: AbortSignal): Promise<{ segment: Segment; outcome: SegmentOutcome }>;
  close(): Promise<void>;
}

const open: Bench[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((bench) => bench.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A directory of this test, removed after it. */
export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "polytempo-test-"));
  folders.push(directory);
  return directory;
}

/** Opens one session of a trainer in a directory of its own and drives it segment by segment. */
export async function bench(
  trainer: Trainer,
  options: { space?: SearchSpace<unknown>; metric?: string; devices?: string } = {},
): Promise<Bench> {
  const directory = temporary();
  const logs = join(directory, "logs");
  const scratch = join(directory, "scratch");
  mkdirSync(logs);
  mkdirSync(scratch);
  const groups = new Set<number>();
  const started: number[] = [];
  const notes: { kind: string; detail: unknown }[] = [];
  const reports: { step: number; metrics: Metrics }[] = [];
  const context: SessionContext = {
    slot: 0,
    slots: 1,
    logs,
    scratch,
    space: options.space ?? toySpace,
    metric: options.metric ?? "q",
    seed: 1,
    devices: options.devices ?? null,
    reap: {
      add(pid) {
        groups.add(pid);
        started.push(pid);
      },
      remove: (pid) => groups.delete(pid),
    },
  };
  const session = await trainer.open(context);
  let saves = 0;
  let closed = false;
  const self: Bench = {
    directory,
    session,
    notes,
    reports,
    groups,
    started,
    async run(part = {}, signal = new AbortController().signal) {
      const save = join(directory, `save-${saves++}`);
      mkdirSync(save);
      const segment: Segment = {
        member: 3,
        name: "m03",
        generation: 1,
        attempt: 1,
        hyperparameters: { h0: 0.25, h1: 0.75 },
        fromStep: 0,
        untilStep: 10,
        seed: 42,
        load: null,
        save,
        ...part,
      };
      const hooks: SegmentHooks = {
        report: (_, step, metrics) => reports.push({ step, metrics }),
        note: (_, kind, detail) => notes.push({ kind, detail }),
        signal,
      };
      const outcomes: SegmentOutcome[] = [];
      await session.run([segment], hooks, (_, outcome) => outcomes.push(outcome));
      if (outcomes.length !== 1) throw new Error(`done was called ${outcomes.length} times`);
      return { segment, outcome: outcomes[0]! };
    },
    async close() {
      if (closed) return;
      closed = true;
      await session.close();
    },
  };
  open.push(self);
  return self;
}

/** The segment's part that goes on from a finished one. */
export function after(
  segment: Segment,
  more: { hyperparameters?: Hyperparameters; steps?: number } = {},
): Partial<Segment> {
  return {
    generation: segment.generation + 1,
    fromStep: segment.untilStep,
    untilStep: segment.untilStep + (more.steps ?? 10),
    load: {
      id: { member: segment.member, generation: segment.generation, step: segment.untilStep },
      directory: segment.save,
      row: null,
    },
    ...(more.hyperparameters === undefined ? {} : { hyperparameters: more.hyperparameters }),
  };
}

/** Processes that are alive (not zombies) and have this text in their environment or command line. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "latin1");
        if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return false;
        return (
          readFileSync(`/proc/${name}/environ`, "latin1").includes(text) ||
          readFileSync(`/proc/${name}/cmdline`, "latin1").includes(text)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until a condition holds. @throws Error after the time limit */
export async function eventually(what: string, condition: () => boolean, limitMs = 10_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
