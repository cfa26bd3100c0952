import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";

/** Set by a run for the dashboard that it starts: it then ends with its standard input, which ends with the run. */
export const companionVariable = "POLYTEMPO_COMPANION";

/** The dashboard that goes with a run. */
export interface Companion {
  /** Its address; null when it could not start (which is no reason to hold the run up). */
  readonly url: Promise<string | null>;
  /** undefined when the process could not be made. */
  readonly pid: number | undefined;
  close(): void;
}

/** Without an address for so long, the run goes on without one. */
const patience = 10_000;

/**
 * Starts a dashboard for a run in a process of its own, at low priority. Reading large runs takes time in one piece
 * (SQLite answers synchronously), and a process of its own takes that time from nobody's event loop, cannot fill this one's
 * memory, and may crash. It ends when this process does, however that ends: its standard input closes.
 * @param directory the run's
 * @param entry the program to start, by default this one
 * @param patienceMs how long it may take until it says its address
 */
export function startCompanion(
  directory: string,
  entry: readonly string[] = [...process.execArgv, process.argv[1] ?? ""],
  patienceMs = patience,
): Companion {
  const child = spawn(process.execPath, [...entry, "dashboard", directory, "--json"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, [companionVariable]: "1" },
    // Ctrl-C at the terminal goes to the whole process group: the run decides when this ends.
    detached: true,
  });
  child.unref();
  const url = new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), patienceMs);
    timer.unref();
    const settle = (value: string | null): void => {
      clearTimeout(timer);
      resolve(value);
    };
    child.once("error", () => settle(null));
    child.once("exit", () => settle(null));
    createInterface({ input: child.stdout }).once("line", (line) => settle(urlIn(line)));
  });
  child.stdin.on("error", () => {});
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It may have ended already, or priorities are not ours to set here.
  }
  return {
    url,
    pid: child.pid,
    close() {
      child.stdin.end();
      child.stdout.destroy();
    },
  };
}

function urlIn(line: string): string | null {
  try {
    const { url } = JSON.parse(line) as { readonly url?: unknown };
    return typeof url === "string" ? url : null;
  } catch {
    return null;
  }
}

/** Opens an address with the system's own program; nothing happens where there is none. */
export function openBrowser(url: string): void {
  const [program, ...words] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  const child = spawn(program!, words, { stdio: "ignore", detached: true });
  child.once("error", () => {});
  child.unref();
}
