import { builtin } from "../features.ts";

/** What a worker thread is told. */
export type Order =
  | { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory }
  | {
      readonly id: number;
      readonly program: string;
      readonly units: number;
      readonly grain: number;
      readonly fromStep: number;
      readonly steps: number;
      readonly arena: number;
      readonly counter: number;
    };

export interface Answer {
  readonly id: number;
  readonly error?: string;
}

/**
 * The whole program of a worker thread, for Node and for browsers: shares are fetched from a counter in shared memory,
 * so that a thread that the machine slows down takes fewer of them; who computes a member does not matter to the result.
 * A string, so that it survives bundlers and needs no file of its own.
 */
const source = `
const node = typeof require === "function";
const port = node ? require("node:worker_threads").parentPort : self;
let instance, memory;
const onOrder = (order) => {
  if (order.module !== undefined) {
    memory = order.memory;
    instance = new WebAssembly.Instance(order.module, { env: { memory } });
    return;
  }
  try {
    const run = instance.exports[order.program];
    const counter = new Int32Array(memory.buffer, order.counter, 1);
    for (;;) {
      const first = Atomics.add(counter, 0, order.grain);
      if (first >= order.units) break;
      run(first, Math.min(first + order.grain, order.units), order.fromStep, order.steps, order.arena);
    }
    port.postMessage({ id: order.id });
  } catch (error) {
    port.postMessage({ id: order.id, error: String(error && error.stack || error) });
  }
};
if (node) port.on("message", onOrder);
else port.onmessage = (event) => onOrder(event.data);
`;

/** A thread, seen from the session. */
export interface Thread {
  post(order: Order): void;
  onAnswer(listener: (answer: Answer) => void): void;
  onFailure(listener: (error: Error) => void): void;
  /** Whether the thread keeps the process alive. */
  keepAlive(yes: boolean): void;
  close(): Promise<void>;
}

interface NodeWorker {
  postMessage(value: unknown): void;
  on(event: string, listener: (value: never) => void): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface WorkerThreads {
  readonly Worker: new (
    source: string,
    options: { eval: boolean; name: string; execArgv: readonly string[] },
  ) => NodeWorker;
}

/** Starts a thread: `node:worker_threads` in Node, else a `Worker` from a blob. */
export function startThread(name: string): Thread {
  const node = builtin<WorkerThreads>("node:worker_threads");
  if (node !== undefined) {
    // Without the process's own --import and --require: a thread needs no loader.
    const worker = new node.Worker(source, { eval: true, name, execArgv: [] });
    worker.unref();
    return {
      post: (order) => worker.postMessage(order),
      onAnswer: (listener) => worker.on("message", listener as (value: never) => void),
      onFailure: (listener) => worker.on("error", listener as (value: never) => void),
      keepAlive: (yes) => (yes ? worker.ref() : worker.unref()),
      close: () => worker.terminate().then(() => undefined),
    };
  }
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { name });
  URL.revokeObjectURL(url);
  return {
    post: (order) => worker.postMessage(order),
    onAnswer: (listener) => worker.addEventListener("message", ({ data }) => listener(data as Answer)),
    onFailure: (listener) =>
      worker.addEventListener("error", (event) => listener(new Error(event.message || "worker failed"))),
    keepAlive: () => undefined,
    close: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
