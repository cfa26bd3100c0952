/** Lines of a message; the rest is counted. */
const MOST_SHOWN = 30;

/** Bad input by the user: command line exit code 2. Holds every problem found, not only the first. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const list = typeof problems === "string" ? [problems] : problems;
    super(shownProblems(list).join("\n"));
    this.problems = list;
  }
}

/** The first of them, and how many more there are. */
export function shownProblems(problems: readonly string[]): readonly string[] {
  const more = problems.length - MOST_SHOWN;
  return more <= 0 ? problems : [...problems.slice(0, MOST_SHOWN), `… and ${more} more problems.`];
}

/** Throws one UsageError with every collected problem; does nothing when there are none. */
export function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UsageError(problems);
}
