import { came, isRecord } from "../../errors/index.ts";
import { wasm } from "../../executors/index.ts";
import { type Executor, reference } from "../../tensor/index.ts";

/** How it is computed; of these, only `executor` and `relaxed` change bits of results. */
export interface ExecutionChoices {
  /** `wasm` (default), `reference` (float64, slow), or an executor of your own. */
  readonly executor?: "wasm" | "reference" | Executor;
  /** Threads, an integer ≥ 1; default: the executor's choice. */
  readonly workers?: number;
  /** Allow fused multiply-add with implementation-defined rounding. Default false. */
  readonly relaxed?: boolean;
  /** Most bytes of a session. Default: what the executor can address and the machine has. */
  readonly memoryLimit?: number;
}

export const choiceNames = { executor: true, workers: true, relaxed: true, memoryLimit: true } as const;

const executors = { wasm, reference } as const;

export const executorOf = ({ executor = "wasm" }: ExecutionChoices): Executor =>
  typeof executor === "string" ? executors[executor] : executor;

/** What is wrong with them, whatever a caller without types gave. */
export function choiceProblems(choices: ExecutionChoices): string[] {
  const { executor, workers, relaxed, memoryLimit } = choices as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  const named = typeof executor === "string" && Object.hasOwn(executors, executor);
  const own = isRecord(executor) && typeof executor["compile"] === "function";
  if (executor !== undefined && !named && !own) {
    problems.push(`executor: needs "wasm", "reference" or an executor, got ${came(executor)}.`);
  }
  if (workers !== undefined && !(Number.isSafeInteger(workers) && (workers as number) >= 1)) {
    problems.push(
      `workers: needs a number of threads, an integer of at least 1, got ${came(workers)}. Left out, it is the number of processors.`,
    );
  }
  if (relaxed !== undefined && typeof relaxed !== "boolean") {
    problems.push(`relaxed: needs true or false, got ${came(relaxed)}.`);
  }
  if (memoryLimit !== undefined && !(typeof memoryLimit === "number" && memoryLimit > 0)) {
    problems.push(`memoryLimit: needs a number of bytes, such as 2e9, got ${came(memoryLimit)}.`);
  }
  return problems;
}
