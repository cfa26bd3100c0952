/** Bad input by the user: command line exit code 2. Holds every problem found, not only the first. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const list = typeof problems === "string" ? [problems] : problems;
    super(list.join("\n"));
    this.problems = list;
  }
}

/** Throws one UsageError with every collected problem; does nothing when there are none. */
export function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UsageError(problems);
}
