import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { LIMITS } from "../protocol/limits.ts";
import { lineSplitter } from "../protocol/lines.ts";

/** Read at most this much in one go, because everything else waits meanwhile. */
const POLL_BYTES = 1024 * 1024;

/** Follows a file to which a trainer appends lines. */
export interface ReportFile {
  /** Reads what is new. @returns false when the file has grown beyond its limit */
  poll(): boolean;
  /** Reads the rest and closes it; a last line without a line end counts. False too when it was replaced or removed. */
  end(): boolean;
}

/** Whether the file that was read is still the one at this path. */
function isAt(file: number, path: string): boolean {
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  return there !== undefined && there.ino === fstatSync(file, { bigint: true }).ino;
}

/** @param onLine receives each line without its end; `cut` when it was too long */
export function followFile(path: string, onLine: (line: Buffer, cut: boolean) => void): ReportFile {
  const splitter = lineSplitter(LIMITS.lineBytes, onLine);
  const buffer = Buffer.allocUnsafe(65_536);
  let file: number | null = null;
  let offset = 0;

  const read = (most: number): boolean => {
    try {
      // A pipe in its place must not make this process wait.
      file ??= openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const stat = fstatSync(file);
      if (!stat.isFile() || stat.size > LIMITS.reportFileBytes) return false;
      const until = Math.min(stat.size, offset + most);
      while (offset < until) {
        const count = readSync(file, buffer, 0, buffer.length, offset);
        if (count === 0) break;
        offset += count;
        splitter.write(buffer.subarray(0, count));
      }
      return true;
    } catch {
      // Not there (yet): the trainer has not reported.
      return true;
    }
  };

  return {
    poll: () => read(POLL_BYTES),
    end() {
      const fine = read(LIMITS.reportFileBytes) && file !== null && isAt(file, path);
      // Of a file that was not read to its end, the last piece is no line.
      if (fine) splitter.end();
      if (file !== null) closeSync(file);
      file = null;
      return fine;
    },
  };
}
