import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import type { ProcessRegistry } from "../../engine/index.ts";
import { REAPER_SCRIPT } from "./reaperScript.ts";

/** A child process that kills the registered process groups when this process dies, however it dies. */
export interface Reaper extends ProcessRegistry {
  /** Value of `POLYTEMPO_CONTROLLER` in the environment of everything that this process starts. */
  readonly token: string;
  readonly pid: number;
  /** Ends the reaper after a last look for left-over processes. */
  close(): Promise<void>;
}

/** Starts a reaper. Most callers want `sharedReaper`. */
export function startReaper(): Reaper {
  const token = `${process.pid}-${randomUUID()}`;
  const groups = new Set<number>();
  let closing = false;
  let child = launch();

  function launch(): ChildProcess {
    const started = spawn(process.execPath, ["-e", REAPER_SCRIPT, token], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    started.on("error", () => {});
    started.stdin!.on("error", () => {});
    started.unref();
    // The pipe must not keep this process alive either.
    (started.stdin as Writable & { unref?: () => void }).unref?.();
    started.on("exit", () => {
      // Somebody killed the reaper: the groups need another one.
      if (!closing && started === child) child = launch();
    });
    for (const pid of groups) started.stdin!.write(`+${pid}\n`);
    return started;
  }

  return {
    token,
    get pid() {
      return child.pid ?? -1;
    },
    add(pid) {
      groups.add(pid);
      child.stdin!.write(`+${pid}\n`);
    },
    remove(pid) {
      groups.delete(pid);
      child.stdin!.write(`-${pid}\n`);
    },
    async close() {
      if (closing) return;
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
        child.once("error", () => resolve());
        setTimeout(resolve, 3000).unref();
      });
      child.ref();
      child.stdin!.end("bye\n");
      await exited;
    },
  };
}

let shared: { reaper: Reaper; users: number } | null = null;

/** The reaper of this process: started for the first user, ended after the last one calls `release`. */
export function sharedReaper(): { readonly reaper: Reaper; release(): Promise<void> } {
  shared ??= { reaper: startReaper(), users: 0 };
  const mine = shared;
  mine.users++;
  let released = false;
  return {
    reaper: mine.reaper,
    async release() {
      if (released) return;
      released = true;
      mine.users--;
      if (mine.users > 0) return;
      if (shared === mine) shared = null;
      await mine.reaper.close();
    },
  };
}
