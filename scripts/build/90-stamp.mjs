import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Marks the build as complete, and the command line as executable. */
export function build({ root }) {
  const main = join(root, "dist", "cli", "main.js");
  if (existsSync(main)) chmodSync(main, 0o755);
  writeFileSync(join(root, "dist", ".built"), "");
}
