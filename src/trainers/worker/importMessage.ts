/**
 * Why a module could not be imported: the error's own words, without the list of who required whom, and what to do about
 * a package that is not there.
 */
export function importMessage(error: Error): string {
  const message = error.message.split("\nRequire stack:")[0]!;
  const name = /^Cannot find (?:package|module) '((?:@[^/']+\/)?[^./'@][^/']*)/.exec(message)?.[1];
  return name === undefined ? message : `${message}. Install it beside the module: npm install ${name}`;
}

/** Frames that are shown of a stack. */
const shown = 3;

/**
 * The same for a module in a thread, with the places in the user's own files; for a syntax error, the line that holds it.
 * @param home where this package lies: its frames are nobody's business
 */
export function importReport(error: unknown, home: string): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? "").split("\n");
  const frames = lines.filter(
    (line) => /^ {4}at /.test(line) && !line.includes("node:") && !line.includes(home),
  );
  const excerpt = error instanceof SyntaxError ? lines.slice(0, 3).filter((line) => line !== "") : [];
  return [importMessage(error), ...excerpt, ...frames.slice(0, shown)].join("\n").replaceAll("file://", "");
}
