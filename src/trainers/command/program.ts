import { accessSync, constants, existsSync, statSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { UsageError } from "../../errors/index.ts";
import type { CommandPlan } from "./options.ts";
import { placeholdersIn } from "./template.ts";

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Makes sure that a program can be started, before a population waits for it.
 * @throws UsageError when it is not there or not executable
 */
function requireProgram(program: string, cwd: string, env: Readonly<Record<string, string>>): void {
  if (program.includes("/")) {
    if (!executable(resolve(cwd, program))) {
      throw new UsageError(
        `command: ${program} is no executable file (looked from ${cwd}). Misspelt, or chmod +x?`,
      );
    }
    return;
  }
  const path = env["PATH"] ?? process.env["PATH"] ?? "";
  const found = (name: string): boolean =>
    path.split(delimiter).some((folder) => folder !== "" && executable(join(folder, name)));
  if (found(program)) return;
  const advice =
    program === "python" && found("python3")
      ? "There is python3: use that?"
      : "Misspelt, or give its full path?";
  throw new UsageError(`command: no program "${program}" on PATH. ${advice}`);
}

/** Endings of scripts, by the interpreter's name. Not those of shells, which also look for scripts on PATH. */
const interpreters: readonly (readonly [program: RegExp, script: RegExp])[] = [
  [/^(python|pypy)[\d.]*$/, /\.py$/],
  [/^(node|bun|tsx)$/, /\.[cm]?[jt]s$/],
  [/^Rscript$/, /\.[Rr]$/],
  [/^julia$/, /\.jl$/],
];

/**
 * Makes sure that the script of an interpreter is there: `python train.py …` would start in every member, and fail in
 * each. Judged only where the first argument is a file's name with the interpreter's own ending.
 * @throws UsageError when it is not there
 */
function requireScript(command: readonly string[], cwd: string): void {
  const [program = "", script = ""] = command;
  const rule = interpreters.find(([name]) => name.test(basename(program)));
  if (rule === undefined || !rule[1].test(script) || script.startsWith("-")) return;
  if (placeholdersIn(script).length > 0 || existsSync(resolve(cwd, script))) return;
  throw new UsageError(`command: there is no script ${script} (looked from ${cwd}). Misspelt?`);
}

/**
 * Makes sure that a command can be started, before a population waits for it. What a shell will make of its string is
 * not known here.
 * @throws UsageError
 */
export function requireCommand({
  command,
  shell,
  cwd,
  env,
}: Pick<CommandPlan, "command" | "shell" | "cwd" | "env">): void {
  if (shell) return;
  requireProgram(command[0]!, cwd, env);
  requireScript(command, cwd);
}
