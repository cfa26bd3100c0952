import { type Outcome, type Started, start } from "../cli/polytempo.ts";

/** Waits for the end, or for the limit: then the process is killed and the test fails. */
export async function within(limitMs: number, { pid, ended }: Started, what: string): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      process.kill(pid, "SIGKILL");
      reject(new Error(`${what}: hangs, still running after ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([ended, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the built command line to its end, at most a minute and a half. */
export const finish = (args: readonly string[], cwd: string): Promise<Outcome> =>
  within(90_000, start(args, cwd), args.join(" "));

/** Does all the work, a few pieces at a time. */
export async function lanes<T, R>(
  width: number,
  work: readonly T[],
  act: (piece: T) => Promise<R>,
): Promise<Map<T, R>> {
  const waiting = [...work];
  const results = new Map<T, R>();
  const lane = async (): Promise<void> => {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
      results.set(piece, await act(piece));
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
