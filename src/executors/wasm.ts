import { refuse, UsageError } from "../errors/index.ts";
import {
  type Executor,
  type Program,
  type Session,
  type SessionOptions,
  unionSlots,
} from "../tensor/index.ts";
import { builtin, relaxedSimd, requireSimd, threads } from "./features.ts";
import { layOut, layoutText } from "./lower/layout.ts";
import { buildModule } from "./lower/module.ts";
import { type Lowered, lower } from "./lower/program.ts";
import { assemble } from "./runtime/crew.ts";
import { WasmSession } from "./runtime/session.ts";

/** Pages of 64 KiB that 32-bit addresses reach. */
const MOST_PAGES = 65536;

/**
 * The fast executor: each session's programs become one WebAssembly module of 128-bit SIMD kernels, specialised to the
 * shapes; members are shared out over worker threads. Results do not depend on the number of threads, bit for bit.
 */
export const wasm: Executor = {
  name: "wasm",
  compile: (programs, options) => Promise.resolve().then(() => open(programs, options)),
};

async function open(programs: Readonly<Record<string, Program>>, options: SessionOptions): Promise<Session> {
  requireSimd();
  const { members, key, memoryLimit } = options;
  const memberIds =
    options.memberIds ?? Array.from({ length: Math.max(0, Math.floor(members)) }, (_, m) => m);
  refuse(problemsOf(options, memberIds));
  const workers = Math.min(options.workers ?? defaultWorkers(), members, threads() ? Infinity : 1);
  const relaxed = options.relaxed === true && relaxedSimd();

  const slots = [...unionSlots(programs).values()];
  const lowered = new Map<string, Lowered>();
  let constantsFrom = 0;
  for (const [name, program] of Object.entries(programs)) {
    const one = lower(program, { key, relaxed, constantsFrom });
    constantsFrom += one.constantBytes;
    lowered.set(name, one);
  }
  const layout = layOut(slots, lowered, { members, workers });
  const limit = Math.min(memoryLimit ?? Infinity, MOST_PAGES * 65536);
  if (layout.bytes > limit || layout.pages > MOST_PAGES) {
    throw new UsageError(
      `members: ${members} members need ${layout.bytes} bytes (${layoutText(layout, members, workers)}), ` +
        `the limit is ${limit}. Use fewer members, smaller models or smaller batches.`,
    );
  }
  const memory = newMemory(layout.pages, workers > 1, layoutText(layout, members, workers));
  for (const one of lowered.values()) {
    for (const { offset, values } of one.constants) {
      const Target = values instanceof Int32Array ? Int32Array : Float32Array;
      new Target(memory.buffer, layout.constants + offset, values.length).set(values);
    }
  }
  memberIds.forEach((id, m) => {
    new Uint32Array(memory.buffer, layout.records + m * layout.recordBytes, 1)[0] = id;
  });
  const shape = { initial: layout.pages, maximum: layout.pages, shared: workers > 1 };
  const module = await WebAssembly.compile(buildModule(lowered, layout, shape));
  const crew = assemble({
    workers,
    module,
    memory,
    arena: (worker) => layout.arenas + worker * layout.arenaBytes,
    counter: 64,
    grain: 1,
  });
  const metricNames = new Map(
    [...lowered].map(([name, { metrics }]) => [name, metrics.map((metric) => metric.name)]),
  );
  return new WasmSession({ members, slots, layout, memory, crew, metricNames });
}

function problemsOf({ members, workers }: SessionOptions, memberIds: readonly number[]): string[] {
  const problems: string[] = [];
  if (!Number.isInteger(members) || members < 1) {
    problems.push(`members: needs an integer >= 1, got ${members}.`);
  } else if (memberIds.length !== members) {
    problems.push(`memberIds: needs one id for each of ${members} members, got ${memberIds.length}.`);
  }
  const wrong = memberIds.find((id) => !(Number.isInteger(id) && id >= 0 && id < 2 ** 32));
  if (wrong !== undefined) problems.push(`memberIds: needs integers from 0 to 2^32-1, got ${wrong}.`);
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1)) {
    problems.push(`workers: needs an integer >= 1, got ${workers}.`);
  }
  return problems;
}

/** As many workers as the machine has processors, at most 16. */
function defaultWorkers(): number {
  const os = builtin<{ availableParallelism(): number }>("node:os");
  const available = os?.availableParallelism() ?? navigator.hardwareConcurrency;
  return Math.max(1, Math.min(16, available || 1));
}

function newMemory(pages: number, shared: boolean, text: string): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (error) {
    throw new UsageError(
      `members: this machine refuses ${pages} pages of 64 KiB (${text}): ${String(error)}. Use fewer members.`,
    );
  }
}
