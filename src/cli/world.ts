import type { Companion } from "./live/companion.ts";
import type { Style } from "./text/style.ts";

/** Where text goes. */
export interface Sink {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
  write(text: string): void;
}

/** A pressed key, or a signal, as the commands see it. */
export type Interrupt = "SIGINT" | "SIGTERM";

/** Everything of the outside that a command touches, so that commands can be tested. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Sink;
  readonly err: Sink;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back at each signal until the returned function is called. */
  onInterrupt(listener: (signal: Interrupt) => void): () => void;
  /** Calls back for each key while stdin is a terminal, until the returned function is called. */
  onKey(listener: (key: string) => void): () => void;
  /** Calls back every `milliseconds`, until the returned function is called; does not keep the process alive. */
  every(milliseconds: number, listener: () => void): () => void;
  /** Starts a dashboard for a run in a process of its own; where it is left out, none is started. */
  readonly companion?: (directory: string) => Companion;
  /** Shows an address in the person's browser. */
  readonly browse?: (url: string) => void;
}

/** Writes lines, each ended. */
export function print(sink: Sink, lines: readonly string[]): void {
  if (lines.length > 0) sink.write(`${lines.join("\n")}\n`);
}
