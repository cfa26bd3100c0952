import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { MemberId } from "../../population/index.ts";
import { missing } from "../failure.ts";
import type { OpenRun } from "../openRun.ts";
import type { LogTail } from "../types.ts";
import { logPath } from "./members.ts";

/** The last bytes of what a member's trainer printed, from a line's beginning on. Reads only those. */
export function logView(run: OpenRun, id: MemberId, bytes: number): LogTail {
  const known = run.facts.legs.length > 0 || run.fold.members[id] !== undefined;
  if (!known) throw missing(`${run.run}: has no member ${id}`);
  let file: number;
  try {
    // Without waiting: opening a named pipe would otherwise hold the whole server up until somebody writes to it.
    file = openSync(logPath(run, id), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return { text: "", skipped: 0, exists: false };
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return { text: "", skipped: 0, exists: false };
    const { size } = stat;
    const start = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - start);
    const read = readSync(file, buffer, 0, buffer.length, start);
    const whole = buffer.subarray(0, read);
    const lineEnd = start > 0 ? whole.indexOf(10) + 1 : 0;
    return { text: whole.subarray(lineEnd).toString("utf8"), skipped: start + lineEnd, exists: true };
  } finally {
    closeSync(file);
  }
}
