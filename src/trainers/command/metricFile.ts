import { readFileSync, statSync } from "node:fs";
import { LIMITS } from "../protocol/limits.ts";
import { parseMessage, ProtocolProblem, reportOf, type TrainerReport } from "../protocol/report.ts";

/** Identity of a file's content; "" when there is none. */
function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

/**
 * Prepares to read a metric file after a segment.
 * @returns a function that gives the report, or one sentence on why there is none: a file that the segment did not
 * write again is not read
 */
export function metricFileReader(path: string): () => TrainerReport | string {
  const before = stampOf(path);
  return () => {
    const after = stampOf(path);
    if (after === "") return `the metric file ${path} was not written`;
    if (after === before) return `the metric file ${path} was not written again in this segment`;
    try {
      if (!statSync(path).isFile()) return `the metric file ${path} is no plain file`;
      if (statSync(path).size > LIMITS.lineBytes) {
        return `the metric file ${path} is longer than ${LIMITS.lineBytes} bytes`;
      }
      return reportOf(parseMessage(readFileSync(path, "utf8")));
    } catch (error) {
      if (error instanceof ProtocolProblem) return `the metric file ${path} ${error.message}`;
      return `the metric file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
}
