import { readdirSync, readFileSync } from "node:fs";
import { processStartTime, type RunStore } from "../store/index.ts";
import type { ProcessRegistry } from "./types.ts";

interface ProcessFacts {
  readonly group: number;
  readonly session: number;
}

const onLinux = process.platform === "linux";

/** The fields of /proc/PID/stat behind the command's name, which may hold spaces and brackets itself. */
function facts(pid: number): ProcessFacts | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    return { group: Number(fields[2]), session: Number(fields[3]) };
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown";
  }
}

/** When a process began, with the boot in which it did: the kernel counts from there. Null: there is none. */
function startOf(pid: number): string | null {
  const time = processStartTime(pid);
  return time === null ? null : `${bootId()} ${time}`;
}

/** Whether processes of a group that this run started, led by `pid`, are alive. */
function ours(pid: number, startTime: string): boolean {
  const now = startOf(pid);
  if (now !== null) return now === startTime;
  if (!onLinux) return false;
  if (!startTime.startsWith(`${bootId()} `)) return false;
  return members(pid).length > 0;
}

/** The leader is gone: a group of ours is also its own session, because trainers are started detached. */
function members(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const found = facts(pid);
      return found !== null && found.group === group && found.session === group;
    });
}

function kill(group: number): boolean {
  try {
    process.kill(-group, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Kills the process groups that a crashed controller of this run left behind, waits until they are gone, and forgets
 * them. A recycled pid (other start time) is left alone.
 * @returns the groups that were killed
 */
export async function killOrphans(store: RunStore): Promise<number[]> {
  const killed: number[] = [];
  for (const { pid, startTime } of store.trackedProcesses()) {
    if (ours(pid, startTime) && kill(pid)) {
      for (let waitedMs = 0; waitedMs < 5000 && ours(pid, startTime); waitedMs += 10) await sleep(10);
      killed.push(pid);
      store.appendOperation({ kind: "orphan-killed", detail: { pid } });
    }
    store.untrackProcess(pid);
  }
  return killed;
}

/** Writes the groups of a session into the store, so that the next controller can find them after a crash. */
export function trackedRegistry(store: RunStore): ProcessRegistry {
  return {
    add(pid) {
      const startTime = startOf(pid);
      if (startTime !== null) store.trackProcess(pid, startTime);
    },
    remove(pid) {
      store.untrackProcess(pid);
    },
  };
}
