import type { SegmentOutcome } from "../../engine/index.ts";
import type { Exit } from "./group.ts";

/** Signals that come from outside: somebody ended the process. Others are the program's own crash. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  "SIGKILL",
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGPWR",
]);

/**
 * The outcome of a process that ended although nobody here ended it, other than by exit 0: a signal from outside is
 * infrastructure (`lost`); a non-zero exit, a crash, or a program that does not start is the member's failure.
 */
export function outcomeOfExit(exit: Exit, program: string, tail: string): SegmentOutcome {
  const failed = (message: string): SegmentOutcome => ({
    status: "failed",
    cause: "exit",
    message,
    ...(tail === "" ? {} : { tail }),
  });
  if (exit.error !== null) return failed(`${program}: cannot be started: ${exit.error.message}`);
  if (exit.signal !== null) {
    return FROM_OUTSIDE.has(exit.signal)
      ? { status: "lost", message: `the trainer's process was ended from outside by ${exit.signal}` }
      : failed(`the trainer crashed: ${exit.signal}`);
  }
  if (exit.code === 137) {
    return failed("the trainer exited with code 137 (killed, most often out of memory)");
  }
  return failed(`the trainer exited with code ${exit.code}`);
}
