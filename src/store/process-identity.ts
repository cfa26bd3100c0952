import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Names a process so that a recycled pid is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, as its system says it; compared as text only. */
  readonly startTime: string;
  readonly host: string;
  /** Changes when the machine starts again; empty where the system does not say. */
  readonly boot: string;
}

/**
 * When a process started; null when there is none with this pid (or it is a zombie: ended, not yet reaped).
 * Linux: field 22 of /proc/PID/stat, in clock ticks since boot. Elsewhere: what `ps -o lstart=` prints.
 */
export function processStartTime(pid: number): string | null {
  return process.platform === "linux" ? linuxStartTime(pid) : portableStartTime(pid);
}

/** By `ps`, whose answer here depends on neither language nor time zone; where there is no `ps`, `unknown`. */
export function portableStartTime(pid: number): string | null {
  if (!exists(pid)) return null;
  const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
  });
  if (status === null) return "unknown";
  const [state, ...time] = stdout.trim().split(/\s+/);
  return state === undefined || state === "" || state.startsWith("Z") ? null : time.join(" ");
}

function linuxStartTime(pid: number): string | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The second field is the command's name in parentheses and may hold anything, spaces and parentheses included.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? null : fields[19]!;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

let own: ProcessIdentity | undefined;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    startTime: processStartTime(process.pid) ?? "unknown",
    host: hostname(),
    boot: readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "",
  };
  return own;
}

/** Whether the process still runs; `unknown` when it belongs to another machine. */
export function livenessOf(identity: ProcessIdentity): "alive" | "dead" | "unknown" {
  const here = ownIdentity();
  if (identity.host !== here.host) return "unknown";
  if (identity.boot !== here.boot) return "dead";
  return processStartTime(identity.pid) === identity.startTime ? "alive" : "dead";
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
