import { existsSync, readFileSync } from "node:fs";
import { extname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { StoreError, UsageError } from "../../errors/index.ts";
import { importMessage, resolveOwnName } from "../../trainers/index.ts";
import { codeFrame } from "./frame.ts";

const typescript = new Set([".ts", ".mts", ".cts", ".tsx"]);
const javascript = new Set([".js", ".mjs", ".cjs"]);

export const isModule = (file: string): boolean =>
  typescript.has(extname(file)) || javascript.has(extname(file));

/**
 * Imports a module and gives its default export (called, when it is a function). TypeScript runs natively where Node
 * strips types, else through tsx. What it imports from "polytempo" is this process's own copy, wherever the module lies.
 *
 * @param file as the user wrote it
 * @throws UsageError with the line of the module that failed
 */
export async function loadModule(file: string, absolute: string): Promise<unknown> {
  if (!existsSync(absolute)) throw new UsageError(`${file}: there is no such file`);
  const url = pathToFileURL(absolute).href;
  resolveOwnName();
  const unregister = typescript.has(extname(absolute)) ? await registerTypeScript() : () => {};
  try {
    const exported = defaultOf((await import(url)) as Exports);
    if (exported === undefined) {
      throw new UsageError(
        `${file}: needs a default export with the run's options, got none. ${program(file)}`,
      );
    }
    return typeof exported === "function" ? await (exported as () => unknown)() : exported;
  } catch (error) {
    if (error instanceof StoreError && error.kind === "exists") {
      throw new UsageError(`${file}: begins a run itself while it is read. ${program(file)}`);
    }
    throw placed(error, file, absolute);
  } finally {
    unregister();
  }
}

/** What to do with a module that is a program of its own. */
const program = (file: string): string =>
  `A module that calls run(…) is a program: start it by itself (npx tsx ${file}), and go on in it with resume(directory, { trainer }). For this command line write export default { trainer, space, metric, … } and leave run(…) out`;

interface Exports {
  readonly default?: unknown;
}

/** The default export; of a module that counts as CommonJS (no package.json says otherwise), the one within. */
function defaultOf(module: Exports): unknown {
  const exported = module.default;
  return typeof exported === "object" && exported !== null && "default" in exported
    ? exported.default
    : exported;
}

async function registerTypeScript(): Promise<() => void> {
  const features = process.features as { readonly typescript?: false | string };
  if (features.typescript === "strip" || features.typescript === "transform") return () => {};
  const [modules, commonJs] = await Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]);
  const unregisterModules = modules.register();
  const unregisterCommonJs = commonJs.register();
  return () => {
    void unregisterModules();
    unregisterCommonJs();
  };
}

/** The same problems with the module's own line under them. */
function placed(error: unknown, file: string, absolute: string): unknown {
  if (!(error instanceof Error)) return error;
  const problems = error instanceof UsageError ? error.problems : [`${file}: ${importMessage(error)}`];
  const place = placeInStack(error.stack ?? "", absolute);
  if (place === undefined) return new UsageError(problems);
  // The frame shows where all of them were found: below the last.
  const frame = codeFrame(read(absolute), { file, ...place, length: 1000 });
  const framed = new UsageError([...problems.slice(0, -1), [problems.at(-1) ?? "", ...frame].join("\n")]);
  if (error.stack !== undefined) framed.stack = error.stack;
  return framed;
}

const read = (absolute: string): string => {
  try {
    return readFileSync(absolute, "utf8");
  } catch {
    return "";
  }
};

/** The topmost stack frame within the module. */
function placeInStack(stack: string, absolute: string): { line: number; column: number } | undefined {
  for (const line of stack.split("\n")) {
    const match = /((?:file:\/\/)?\/.*?|[A-Za-z]:\\.*?)(?:\?[^:]*)?:(\d+):(\d+)\)?$/.exec(
      line.trim().replace(/^at (?:.*\()?/, ""),
    );
    if (match === null) continue;
    const path = match[1]!.startsWith("file:") ? fileURLToPath(match[1]!) : match[1]!;
    if (relative(path, absolute) === "") return { line: Number(match[2]), column: Number(match[3]) };
  }
  return undefined;
}
