// Writes docs/cli.md from the command table: `npm run build && node scripts/documentation.mjs`.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { documentation } from "../dist/cli/documentation.js";

writeFileSync(join(dirname(fileURLToPath(import.meta.url)), "..", "docs", "cli.md"), documentation());
