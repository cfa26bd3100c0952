import { openBrowser, startCompanion } from "./live/companion.ts";
import { styleOf } from "./text/style.ts";
import type { Interrupt, Sink, World } from "./world.ts";

function sink(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Sink {
  const style = styleOf(stream, env);
  const natural = (value: number | undefined, text: string | undefined, fallback: number): number =>
    value ?? (Number(text) > 0 ? Number(text) : fallback);
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return natural(stream.columns, env["COLUMNS"], 100);
    },
    get rows() {
      return natural(stream.rows, env["LINES"], 24);
    },
    style,
    write: (text) => {
      stream.write(text);
    },
  };
}

/** The real world: this process. */
export function processWorld(): World {
  const { env } = process;
  return {
    cwd: process.cwd(),
    env,
    out: sink(process.stdout, env),
    err: sink(process.stderr, env),
    now: () => Date.now(),
    onInterrupt: (listener) => {
      const int = (): void => listener("SIGINT");
      const term = (): void => listener("SIGTERM");
      const signals: readonly (readonly [Interrupt | "SIGHUP", () => void])[] = [
        ["SIGINT", int],
        ["SIGTERM", term],
        ["SIGHUP", term],
      ];
      for (const [signal, handler] of signals) process.on(signal, handler);
      return () => {
        for (const [signal, handler] of signals) process.off(signal, handler);
      };
    },
    onKey: (listener) => {
      const { stdin } = process;
      if (stdin.isTTY !== true || process.stderr.isTTY !== true) return () => {};
      const read = (data: Buffer): void => {
        for (const key of data.toString("utf8")) listener(key);
      };
      stdin.setRawMode(true);
      stdin.resume();
      stdin.on("data", read);
      return () => {
        stdin.off("data", read);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    every: (milliseconds, listener) => {
      const timer = setInterval(listener, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
    companion: (directory) => startCompanion(directory),
    browse: openBrowser,
  };
}
