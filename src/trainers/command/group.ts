import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";

/** How the first process of a group ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started at all. */
  readonly error: Error | null;
}

/** A process in a group of its own, with everything it starts. */
export interface ProcessGroup {
  readonly pid: number;
  /** Descriptor 3 of the process: lines to it; null without a channel. */
  readonly toChild: Duplex | null;
  /** Descriptor 4 of the process: lines from it. */
  readonly fromChild: Duplex | null;
  /** Resolves when the process has ended, the rest of its group is killed and its output is read to the end. */
  readonly exited: Promise<Exit>;
  /** True from the first call of `kill`. */
  readonly killed: boolean;
  /** SIGTERM to the whole group, SIGKILL after `graceMs`; resolves as `exited` does. */
  kill(graceMs: number): Promise<Exit>;
}

export interface GroupOptions {
  readonly command: readonly string[];
  readonly shell: boolean;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Opens descriptors 3 and 4. */
  readonly channel: boolean;
  readonly onOutput: (chunk: Buffer, stream: "stdout" | "stderr") => void;
}

/** How long to wait for pipes that a process outside the group still holds open. */
const DRAIN_MS = 1000;

/** Sends a signal to a whole process group; false when it has no process any more. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Starts a process as the leader of a new group. A program that cannot be started gives an exit with `error`. */
export function startGroup(options: GroupOptions): ProcessGroup {
  const [program, ...args] = options.shell ? ["/bin/sh", "-c", options.command[0]!] : options.command;
  const child: ChildProcess = spawn(program!, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: options.channel ? ["ignore", "pipe", "pipe", "pipe", "pipe"] : ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid ?? -1;
  let killed = false;
  let ended = false;
  let force: NodeJS.Timeout | undefined;

  const streams: (Readable | Duplex)[] = [child.stdout!, child.stderr!];
  child.stdout!.on("data", (chunk: Buffer) => options.onOutput(chunk, "stdout"));
  child.stderr!.on("data", (chunk: Buffer) => options.onOutput(chunk, "stderr"));
  const toChild = options.channel ? (child.stdio[3] as Duplex) : null;
  const fromChild = options.channel ? (child.stdio[4] as Duplex) : null;
  if (toChild !== null && fromChild !== null) {
    streams.push(toChild, fromChild);
    toChild.resume();
  }
  for (const stream of streams) stream.on("error", () => {});

  const exited = new Promise<Exit>((resolve) => {
    child.on("error", (error) => {
      if (pid === -1) resolve({ code: null, signal: null, error });
    });
    child.on("exit", (code, signal) => {
      ended = true;
      clearTimeout(force);
      signalGroup(pid, "SIGKILL");
      toChild?.destroy();
      let settled = false;
      const settle = (): void => {
        if (settled) return;
        settled = true;
        clearTimeout(patience);
        for (const stream of streams) stream.destroy();
        resolve({ code, signal, error: null });
      };
      const patience = setTimeout(settle, DRAIN_MS);
      child.on("close", settle);
    });
  });

  return {
    pid,
    toChild,
    fromChild,
    exited,
    get killed() {
      return killed;
    },
    kill(graceMs) {
      if (!killed && !ended && pid !== -1) {
        killed = true;
        signalGroup(pid, "SIGTERM");
        // A stopped process takes no SIGTERM.
        signalGroup(pid, "SIGCONT");
        force = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
      }
      return exited;
    },
  };
}
