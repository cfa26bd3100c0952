import { type Answer, startThread, type Thread } from "./threads.ts";

/** A call: `units` members (or groups of members) from step `fromStep` on. */
export interface Work {
  readonly program: string;
  readonly units: number;
  readonly fromStep: number;
  readonly steps: number;
}

export interface CrewOptions {
  readonly workers: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of each worker's working memory. */
  readonly arena: (worker: number) => number;
  /** Address of the counter from which shares are fetched. */
  readonly counter: number;
  /** Units of one share. */
  readonly grain: number;
}

type Run = (first: number, end: number, fromStep: number, steps: number, arena: number) => void;

/** Whoever computes: worker threads over shared memory, or this thread alone. */
export interface Crew {
  run(work: Work): Promise<void>;
  close(): Promise<void>;
}

export function assemble(options: CrewOptions): Crew {
  return options.workers > 1 ? new ThreadCrew(options) : new SingleCrew(options);
}

/** Milliseconds after which other work of this thread (a page's drawing, a server's answers) gets its turn. */
const BREATH = 30;

/** Work in this thread: one worker, or a page without shared memory. */
class SingleCrew implements Crew {
  private readonly options: CrewOptions;
  private readonly instance: WebAssembly.Instance;

  constructor(options: CrewOptions) {
    this.options = options;
    this.instance = new WebAssembly.Instance(options.module, { env: { memory: options.memory } });
  }

  async run({ program, units, fromStep, steps }: Work): Promise<void> {
    const call = this.instance.exports[program] as Run;
    const { grain, arena } = this.options;
    let resumed = performance.now();
    for (let first = 0; first < units; first += grain) {
      call(first, Math.min(first + grain, units), fromStep, steps, arena(0));
      if (performance.now() - resumed < BREATH) continue;
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
      resumed = performance.now();
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class ThreadCrew implements Crew {
  private readonly options: CrewOptions;
  private readonly threads: readonly Thread[];
  private readonly counter: Int32Array;
  private readonly open = new Map<number, { waiting: number; done: (error?: Error) => void }>();
  private next = 0;
  /** Why no further call can succeed. */
  private broken: Error | undefined;

  constructor(options: CrewOptions) {
    this.options = options;
    this.counter = new Int32Array(options.memory.buffer, options.counter, 1);
    this.threads = Array.from({ length: options.workers }, (_, i) => {
      const thread = startThread(`polytempo kernels ${i + 1}`);
      thread.onAnswer((answer) => this.answered(answer));
      thread.onFailure((error) => this.failed(error));
      thread.post({ module: options.module, memory: options.memory });
      return thread;
    });
  }

  run(work: Work): Promise<void> {
    if (this.broken !== undefined) return Promise.reject(this.broken);
    const id = this.next++;
    Atomics.store(this.counter, 0, 0);
    return new Promise((resolve, reject) => {
      this.open.set(id, {
        waiting: this.threads.length,
        done: (error) => {
          this.open.delete(id);
          for (const thread of this.threads) thread.keepAlive(false);
          if (error === undefined) resolve();
          else reject(error);
        },
      });
      this.threads.forEach((thread, i) => {
        thread.keepAlive(true);
        thread.post({
          ...work,
          id,
          grain: this.options.grain,
          arena: this.options.arena(i),
          counter: this.options.counter,
        });
      });
    });
  }

  async close(): Promise<void> {
    this.failed(new Error("the session was closed"));
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private answered({ id, error }: Answer): void {
    const call = this.open.get(id);
    if (call === undefined) return;
    call.waiting--;
    if (error !== undefined) call.done(new Error(error));
    else if (call.waiting === 0) call.done();
  }

  private failed(error: Error): void {
    this.broken ??= error;
    for (const call of this.open.values()) call.done(error);
  }
}
