import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";

/** A text as the name of a directory: letters, digits, dots and dashes. */
export function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 60);
  return plain === "" ? "run" : plain;
}

/** Programs that say nothing about what they run: the next word does. */
const launchers =
  /^(?:python[\d.]*|node|npx|tsx|uv|poetry|conda|env|bash|sh|time|nice|run|torchrun|deno|bun|julia|Rscript|java|go)$/;

/** A name from a configuration file or a command line: `python train.py --lr {lr}` → `train`. */
export function nameFrom(config: string | undefined, command: readonly string[] | undefined): string {
  if (config !== undefined) {
    const file = basename(config, extname(config)).replace(/\.config$/, "");
    return slug(file);
  }
  const word = command?.find(
    (part, index) =>
      !part.startsWith("-") && !part.includes("=") && !(launchers.test(basename(part)) && index < 4),
  );
  return slug(word === undefined ? (command?.[0] ?? "run") : basename(word, extname(word)));
}

/** `digits`, or `digits-2`, `digits-3` … where that is taken in the folder. */
export function freeName(name: string, folder: string): string {
  if (!existsSync(join(folder, name))) return name;
  for (let count = 2; ; count++) {
    const candidate = `${name}-${count}`;
    if (!existsSync(join(folder, candidate))) return candidate;
  }
}
