import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors/index.ts";
import { type ExitCode, exitCodes } from "./exit.ts";
import { commandHelp, overview } from "./help.ts";
import { implementations } from "./implementations.ts";
import { parse } from "./parse.ts";
import { describe } from "./problem.ts";
import { type CommandName, commands, isCommandName, listed } from "./table/index.ts";
import { ascii } from "./text/style.ts";
import { didYouMean } from "./text/suggest.ts";
import { version } from "./version.ts";
import { print, type World } from "./world.ts";

/** Runs one command line; never throws. */
export async function cli(args: readonly string[], world: World): Promise<ExitCode> {
  const flags = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const verbose = flags.includes("--verbose") || flags.includes("-v");
  try {
    return await dispatch(args, world);
  } catch (error) {
    const { lines, code } = describe(error, world.err.style, verbose);
    print(
      world.err,
      lines.map((line) => line.replaceAll(`${world.cwd}/`, "")),
    );
    if (code === exitCodes.bug) print(world.err, [reportBug(error, args)]);
    return code;
  }
}

async function dispatch(args: readonly string[], world: World): Promise<ExitCode> {
  const [name, ...others] = args;
  if (name === "--version" || name === "-V") {
    print(world.out, [version()]);
    return exitCodes.done;
  }
  if (name === undefined || name === "--help" || name === "-h") {
    const lines = overview();
    print(name === undefined ? world.err : world.out, world.out.style.unicode ? lines : lines.map(ascii));
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (!isCommandName(name)) {
    const known = listed.map((command) => command.name);
    throw new UsageError(
      `polytempo: there is no command "${name}".${didYouMean(name, known)} See polytempo --help`,
    );
  }
  return await start(name, others, world);
}

async function start<Name extends CommandName>(
  name: Name,
  args: readonly string[],
  world: World,
): Promise<ExitCode> {
  const invocation = parse(name, args);
  if ("help" in invocation.values && invocation.values.help === true) {
    const lines = commandHelp(commands[name]);
    print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
    return exitCodes.done;
  }
  const run = await implementations[name]();
  return await run(invocation, world);
}

/** Writes what a bug report needs, and says where. */
function reportBug(error: unknown, args: readonly string[]): string {
  const text = [
    `polytempo ${version()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `arguments: ${JSON.stringify(args)}`,
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    "",
  ].join("\n");
  const file = join(tmpdir(), `polytempo-diagnostic-${process.pid}.txt`);
  try {
    writeFileSync(file, text);
    return `This is a fault of polytempo, not yours. Please report it with the file ${file}`;
  } catch {
    return `This is a fault of polytempo, not yours. Please report it with this:\n${text}`;
  }
}
