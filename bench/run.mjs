#!/usr/bin/env node
/**
 * npm run bench [-- SUITE] [-- --quick --rounds=5 --seconds=1 --python=PATH --tfjs=FOLDER --only=W1,gemm --no-save]
 * Runs bench/SUITE/main.ts of each suite (or of one). The quality table takes most of an hour: by its name alone.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const named = first !== undefined && !first.startsWith("-");
const suites = readdirSync(here).filter((name) => existsSync(join(here, name, "main.ts")));
const chosen = named ? [first] : suites.filter((name) => name !== "quality");
for (const suite of chosen) {
  const main = join(here, suite, "main.ts");
  if (!existsSync(main)) {
    console.error(`bench: no suite "${suite}". There are: ${suites.join(", ")}.`);
    process.exit(2);
  }
  const args = ["--import", "tsx", main, ...(named ? rest : process.argv.slice(2))];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", cwd: join(here, "..") });
  if (status !== 0) process.exit(status ?? 1);
}
