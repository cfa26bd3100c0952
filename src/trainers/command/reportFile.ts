import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { LIMITS } from "../protocol/limits.ts";
import { lineSplitter } from "../protocol/lines.ts";

/** Follows a file to which a trainer appends lines. */
export interface ReportFile {
  /** Reads what is new. @returns false when the file has grown beyond its limit */
  poll(): boolean;
  /** Reads the rest and closes it; a last line without a line end counts. */
  end(): boolean;
}

/** @param onLine receives each line without its end; `cut` when it was too long */
export function followFile(path: string, onLine: (line: Buffer, cut: boolean) => void): ReportFile {
  const splitter = lineSplitter(LIMITS.lineBytes, onLine);
  const buffer = Buffer.allocUnsafe(65_536);
  let file: number | null = null;
  let offset = 0;

  const poll = (): boolean => {
    try {
      file ??= openSync(path, "r");
      if (!fstatSync(file).isFile()) return false;
      for (;;) {
        const count = readSync(file, buffer, 0, buffer.length, offset);
        if (count === 0) return true;
        offset += count;
        if (offset > LIMITS.reportFileBytes) return false;
        splitter.write(buffer.subarray(0, count));
      }
    } catch {
      // Not there (yet): the trainer has not reported.
      return true;
    }
  };

  return {
    poll,
    end() {
      const fine = poll();
      splitter.end();
      if (file !== null) closeSync(file);
      file = null;
      return fine;
    },
  };
}
