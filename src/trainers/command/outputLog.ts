import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Output kept from the start of a segment; after it, only the last `END_BYTES` are. */
const START_BYTES = 256 * 1024;
const END_BYTES = 64 * 1024;
const TAIL_LINES = 20;
const TAIL_LINE_LENGTH = 300;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");

/** What one segment's process prints, in a file of bounded size. Never throws, never holds the process up. */
export interface OutputLog {
  write(chunk: Buffer): void;
  /** The last 20 lines, fit for a message. */
  tail(): string;
  end(): void;
}

/** Keeps the last bytes of a stream. */
function ring(size: number): { push(chunk: Buffer): void; bytes(): Buffer; readonly dropped: number } {
  let pieces: Buffer[] = [];
  let held = 0;
  let dropped = 0;
  return {
    push(chunk) {
      pieces.push(Buffer.from(chunk.subarray(Math.max(0, chunk.length - size))));
      held += chunk.length;
      dropped += Math.max(0, chunk.length - size);
      held -= Math.max(0, chunk.length - size);
      if (held > 2 * size || pieces.length > 1024) {
        const all = Buffer.concat(pieces);
        pieces = [Buffer.from(all.subarray(Math.max(0, all.length - size)))];
        dropped += Math.max(0, all.length - size);
        held = pieces[0]!.length;
      }
    },
    bytes() {
      const all = Buffer.concat(pieces);
      return all.subarray(Math.max(0, all.length - size));
    },
    get dropped() {
      return dropped;
    },
  };
}

/**
 * Opens the log `<directory>/<name>.log` for one segment. The file is made at the first output; above `maxBytes` it
 * becomes `<name>.1.log` and a new one begins.
 */
export function outputLog(
  directory: string,
  name: string,
  heading: string,
  maxBytes: number,
  warn: (message: string) => void,
): OutputLog {
  const path = join(directory, `${name}.log`);
  const last = ring(END_BYTES);
  const recent = ring(16 * 1024);
  let file: number | null = null;
  let broken = false;
  let written = 0;

  const put = (bytes: Buffer | string): void => {
    if (broken) return;
    try {
      if (file === null) {
        const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (size > maxBytes) renameSync(path, join(directory, `${name}.1.log`));
        file = openSync(path, "a");
        writeSync(file, `--- ${heading}\n`);
      }
      if (typeof bytes === "string") writeSync(file, bytes);
      else writeSync(file, bytes);
    } catch (error) {
      broken = true;
      warn(`${path}: output is no longer kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  return {
    write(chunk) {
      recent.push(chunk);
      const room = START_BYTES - written;
      if (room > 0) {
        put(chunk.subarray(0, room));
        written += Math.min(room, chunk.length);
      }
      if (chunk.length > room) last.push(chunk.subarray(Math.max(0, room)));
    },
    tail() {
      const lines = recent
        .bytes()
        .toString("utf8")
        .split(/\r?\n|\r/)
        .map((line) =>
          line
            .replaceAll(COLOUR, "")
            .replaceAll(/[^\P{C}\t]/gu, "")
            .trimEnd(),
        )
        .filter((line) => line !== "");
      return lines
        .slice(-TAIL_LINES)
        .map((line) => (line.length > TAIL_LINE_LENGTH ? `${line.slice(0, TAIL_LINE_LENGTH)}…` : line))
        .join("\n");
    },
    end() {
      const rest = last.bytes();
      if (rest.length > 0) {
        if (last.dropped > 0) put(`\n--- about ${last.dropped} bytes of output are not kept ---\n`);
        put(rest);
      }
      if (file !== null) {
        try {
          closeSync(file);
        } catch {
          // Nothing depends on it.
        }
      }
      file = null;
      broken = true;
    },
  };
}
