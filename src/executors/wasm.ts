import { refuse, UsageError } from "../errors/index.ts";
import {
  type Executor,
  optimise,
  type Program,
  type Session,
  type SessionOptions,
  unionSlots,
  unrolled,
  Written,
} from "../tensor/index.ts";
import { builtin, relaxedSimd, requireSimd, threads } from "./features.ts";
import { fitsLanes } from "./lanes/elements.ts";
import { buildLaneModule, type LaneOptions } from "./lanes/module.ts";
import { type Layout, layOut, layoutText, type Needs } from "./lower/layout.ts";
import { buildModule } from "./lower/module.ts";
import { type Lowered, lower } from "./lower/program.ts";
import { assemble } from "./runtime/crew.ts";
import { WasmSession } from "./runtime/session.ts";
import { Storage } from "./runtime/storage.ts";
import type { MemoryImport } from "./wasm/index.ts";

/** Pages of 64 KiB that 32-bit addresses reach. */
const MOST_PAGES = 65536;
const LANES = 4;
/** Groups of four members that a worker takes at a time. */
const GROUPS = 32;
/** Where workers fetch their shares: a word below everything else. */
const COUNTER = 64;

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
  const { members, key, memberIds, memoryLimit } = options;
  refuse(problemsOf(options));
  const workers = Math.min(options.workers ?? defaultWorkers(), members, threads() ? Infinity : 1);
  const relaxed = options.relaxed === true && relaxedSimd();

  const slots = [...unionSlots(programs).values()];
  const code = members >= LANES * 2 && Object.values(programs).every(fitsLanes) ? inLanes : inRows;
  const { lanes, needs, constants, build } = code(programs, { key, relaxed });
  const layout = layOut(slots, needs, { members, workers, lanes });
  const text = layoutText(layout, members, workers);
  const limit = Math.min(memoryLimit ?? Infinity, MOST_PAGES * 65536);
  if (layout.bytes > limit || layout.pages > MOST_PAGES) {
    throw new UsageError(
      `members: ${members} members need ${layout.bytes} bytes (${text}), the limit is ${limit}. ` +
        "Use fewer members, smaller models or smaller batches.",
    );
  }
  const shared = workers > 1;
  const memory = newMemory(layout.pages, shared, text);
  for (const { offset, values } of constants) {
    const Target = values instanceof Int32Array ? Int32Array : Float32Array;
    new Target(memory.buffer, layout.constants + offset, values.length).set(values);
  }
  const storage = new Storage(layout, memory);
  for (let m = 0; m < members; m++) storage.setId(m, memberIds?.[m] ?? m);
  const module = await WebAssembly.compile(
    build(layout, { initial: layout.pages, maximum: layout.pages, shared }),
  );
  const crew = assemble({
    workers,
    module,
    memory,
    arena: (worker) => layout.arenas + worker * layout.arenaBytes,
    counter: COUNTER,
    grain: lanes === 1 ? 1 : GROUPS,
  });
  const metricNames = new Map(
    [...needs].map(([name, { metrics }]) => [name, metrics.map((metric) => metric.name)]),
  );
  const written = new Written(programs, members);
  return new WasmSession({ members, slots, storage, crew, metricNames, written });
}

/** Code for a session's programs, before the memory is laid out. */
interface Generated {
  readonly lanes: 1 | 4;
  readonly needs: ReadonlyMap<string, Needs>;
  readonly constants: readonly { readonly offset: number; readonly values: Float32Array | Int32Array }[];
  readonly build: (layout: Layout, memory: MemoryImport) => Uint8Array<ArrayBuffer>;
}

type Programs = Readonly<Record<string, Program>>;

/** One member after the other: vectors run along its arrays. */
function inRows(programs: Programs, options: LaneOptions): Generated {
  const lowered = new Map<string, Lowered>();
  let constantsFrom = 0;
  for (const [name, program] of Object.entries(programs)) {
    const one = lower(program, { ...options, constantsFrom });
    constantsFrom += one.constantBytes;
    lowered.set(name, one);
  }
  return {
    lanes: 1,
    needs: lowered,
    constants: [...lowered.values()].flatMap(({ constants }) => constants),
    build: (layout, memory) => buildModule(lowered, layout, memory),
  };
}

/** Four members at a time, one per lane: for programs of a few numbers. Short loops over time are written out. */
function inLanes(programs: Programs, options: LaneOptions): Generated {
  const simple = new Map(
    Object.entries(programs).map(([name, program]) => [name, optimise(unrolled(program))]),
  );
  return {
    lanes: 4,
    needs: new Map(
      [...simple].map(([name, { metrics }]) => [name, { constantBytes: 0, arenaBytes: 0, metrics }]),
    ),
    constants: [],
    build: (layout, memory) => buildLaneModule(simple, layout, memory, options),
  };
}

function problemsOf({ members, memberIds, workers }: SessionOptions): string[] {
  const problems: string[] = [];
  if (!Number.isInteger(members) || members < 1) {
    problems.push(`members: needs an integer >= 1, got ${members}.`);
  } else if (memberIds !== undefined && memberIds.length !== members) {
    problems.push(`memberIds: needs one id for each of ${members} members, got ${memberIds.length}.`);
  }
  const wrong = memberIds?.find((id) => !(Number.isInteger(id) && id >= 0 && id < 2 ** 32));
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
