import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "../../errors/index.ts";

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
export function requireProgram(program: string, cwd: string, env: Readonly<Record<string, string>>): void {
  if (program.includes("/")) {
    if (!executable(resolve(cwd, program))) {
      throw new UsageError(
        `command: ${program} is no executable file (looked from ${cwd}). Misspelt, or chmod +x?`,
      );
    }
    return;
  }
  const path = env["PATH"] ?? process.env["PATH"] ?? "";
  if (path.split(delimiter).some((folder) => folder !== "" && executable(join(folder, program)))) return;
  throw new UsageError(`command: no program "${program}" on PATH. Misspelt, or give its full path?`);
}
