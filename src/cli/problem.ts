import { PopulationError, shownProblems, StoreError, UsageError } from "../errors/index.ts";
import { type ExitCode, exitCodes } from "./exit.ts";
import { plainLines } from "./text/plain.ts";
import { ascii, paint, type Style } from "./text/style.ts";

/** Lines for stderr and the exit code that an error means. Stack traces only with `verbose`. */
export function describe(
  error: unknown,
  style: Style,
  verbose: boolean,
): { readonly lines: readonly string[]; readonly code: ExitCode } {
  const code = exitCodeOf(error);
  const colours = paint(style.colour);
  const texts =
    error instanceof UsageError
      ? shownProblems(error.problems)
      : [error instanceof Error ? error.message : String(error)];
  const lines = texts.flatMap((text) => {
    const [first = "", ...others] = plainLines(text);
    const label = code === exitCodes.bug ? "bug: " : "error: ";
    return [colours.red(label) + first, ...others];
  });
  if (verbose && error instanceof Error && error.stack !== undefined) {
    lines.push(
      ...plainLines(error.stack)
        .slice(1)
        .map((line) => colours.dim(line)),
    );
  }
  return { lines: style.unicode ? lines : lines.map(ascii), code };
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof PopulationError) return exitCodes.population;
  if (error instanceof StoreError) return exitCodes.store;
  if (isFileSystemError(error)) return exitCodes.store;
  return exitCodes.bug;
}

/** The disk is full, a directory is read-only …: the system's fault, and said with its path. */
function isFileSystemError(error: unknown): boolean {
  const codes = [
    "ENOSPC",
    "EROFS",
    "EACCES",
    "EPERM",
    "EDQUOT",
    "EMFILE",
    "ENOENT",
    "ENOTDIR",
    "EISDIR",
    "EEXIST",
  ];
  return error instanceof Error && "path" in error && "code" in error && codes.includes(String(error.code));
}
