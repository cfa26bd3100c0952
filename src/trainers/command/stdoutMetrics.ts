import { lineSplitter, type LineSplitter } from "../protocol/lines.ts";
import { LIMITS } from "../protocol/limits.ts";
import { parseMessage, ProtocolProblem, reportOf, type TrainerReport } from "../protocol/report.ts";

const MARK = "polytempo ";
/** Lines longer than this are not matched with the regular expression. */
const PATTERN_LINE = 4096;

/** Finds the reports that a program prints among everything else that it prints. */
export interface StdoutMetrics extends LineSplitter {
  /** What was wrong with a line that looked like a report, for the message of a segment without a metric. */
  readonly hint: string | null;
  /** How its numbers could be read, for a program that reported none at all. */
  readonly advice: string;
}

/** A number as programs print it: also `nan`, `inf`, `-Infinity`; null when it is none. */
export function parseNumber(text: string): number | null {
  const word = text.trim().toLowerCase();
  if (/^[-+]?nan$/.test(word)) return Number.NaN;
  if (/^[-+]?inf(inity)?$/.test(word)) return word.startsWith("-") ? -Infinity : Infinity;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(word)) return null;
  return Number(word);
}

/** A number after the metric's name, as in `loss=0.3`, `loss: 0.3` or `"loss": 0.3`. */
const namedNumber = (metric: string): RegExp =>
  new RegExp(`(?<![\\w.])${escaped(metric)}(?:["']?\\s*[=:]\\s*|\\s+)(?=[-+]?(?:\\.?\\d|nan|inf))`, "i");

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/**
 * Reads `polytempo {json}` lines, and lines that match a regular expression.
 * @param metric the name that a number found by the expression gets
 */
export function stdoutMetrics(
  metric: string,
  pattern: RegExp | null,
  onReport: (report: TrainerReport) => void,
): StdoutMetrics {
  let hint: string | null = null;
  let matches = 0;
  const named = namedNumber(metric);
  /** What stands before the number in the last line that seems to tell the metric. */
  let before: string | null = null;

  const marked = (text: string): void => {
    try {
      onReport(reportOf(parseMessage(text.slice(MARK.length))));
    } catch (error) {
      if (!(error instanceof ProtocolProblem)) throw error;
      hint = `a line that begins with "polytempo" ${error.message}`;
    }
  };

  const matched = (text: string, expression: RegExp): void => {
    const found = expression.exec(text);
    if (found === null) return;
    matches += 1;
    const number = found.groups?.["value"] ?? found[1] ?? "";
    const value = parseNumber(number);
    if (value === null) {
      hint = `the regular expression matched "${number.slice(0, 40)}", which is no number`;
      return;
    }
    const step = parseNumber(found.groups?.["step"] ?? "");
    onReport({
      step: step !== null && Number.isSafeInteger(step) && step >= 0 ? step : null,
      metrics: new Map([[metric, value]]),
      using: null,
    });
  };

  const splitter = lineSplitter(LIMITS.lineBytes, (line, cut) => {
    // What follows the last carriage return is what a terminal would show (progress bars).
    const trimmed = line.at(-1) === 13 ? line.subarray(0, -1) : line;
    const shown = trimmed.subarray(trimmed.lastIndexOf(13) + 1);
    if (shown.length > MARK.length && shown.subarray(0, MARK.length).toString("latin1") === MARK) {
      if (cut) hint = `a line that begins with "polytempo" is longer than ${LIMITS.lineBytes} bytes`;
      else marked(shown.toString("utf8"));
      return;
    }
    if (shown.length > PATTERN_LINE || cut) return;
    if (pattern !== null) matched(shown.toString("utf8"), pattern);
    else if (shown.includes(metric)) before = named.exec(shown.toString("utf8"))?.[0] ?? before;
  });

  return {
    write: (chunk) => splitter.write(chunk),
    end: () => splitter.end(),
    get hint() {
      if (hint !== null || pattern === null || matches > 0) return hint;
      return `The regular expression ${pattern.source} matches no line of its standard output`;
    },
    get advice() {
      return before === null
        ? `Print a line polytempo {"${metric}": 0.3}, or name a line of its own with --metric-regex, or a file with --metric-file`
        : `Its output has "${before}" before a number: --metric-regex '${escaped(before)}([-+.\\w]+)' reads that`;
    },
  };
}
