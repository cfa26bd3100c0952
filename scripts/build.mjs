// Builds dist/: `node scripts/build.mjs [--if-stale]`. Each step is one file in scripts/build/, run in name order.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

const stamp = join(root, "dist", ".built");
const ifStale = process.argv.includes("--if-stale");
const fresh = existsSync(stamp) && statSync(stamp).mtimeMs > newest(join(root, "src"));
if (!(ifStale && fresh)) {
  const steps = readdirSync(join(root, "scripts", "build"))
    .filter((name) => name.endsWith(".mjs"))
    .toSorted();
  for (const step of steps) {
    const { build } = await import(pathToFileURL(join(root, "scripts", "build", step)).href);
    await build({ root, run });
  }
}

/** Runs a command of node_modules, with its output shown; a failure ends the build with its exit code. */
function run(bin, args) {
  const result = spawnSync(process.execPath, [join(root, "node_modules", bin), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
