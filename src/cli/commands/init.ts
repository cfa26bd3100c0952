import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { pythonConfiguration, pythonTrainer } from "../templates/python.ts";
import { typescriptModule } from "../templates/typescript.ts";
import { print } from "../world.ts";

export const init: Implementation<"init"> = ({ values, words }, world) => {
  const folder = resolve(world.cwd, words[0] ?? ".");
  mkdirSync(folder, { recursive: true });
  const language = values.language ?? "python";
  const files: readonly (readonly [string, string])[] =
    language === "python"
      ? [
          ["polytempo.yaml", pythonConfiguration(pythonCommand())],
          ["train.py", pythonTrainer],
        ]
      : [["polytempo.config.ts", typescriptModule]];
  for (const [name, text] of files) {
    const path = join(folder, name);
    const shown = relative(world.cwd, path);
    if (existsSync(path)) {
      print(world.err, [`kept     ${shown} (exists already)`]);
    } else {
      writeFileSync(path, text, { flag: "wx" });
      print(world.err, [`wrote    ${shown}`]);
    }
  }
  const config = files[0]![0];
  const enter = folder === world.cwd ? "" : `cd ${relative(world.cwd, folder)} && `;
  const check = language === "python" ? [`next     ${enter}polytempo check ${config}`] : [];
  print(world.err, [...check, `next     ${enter}polytempo run ${config}`]);
  return exitCodes.done;
};

/** `python3` where there is one, else `python` (Windows). */
function pythonCommand(): string {
  return spawnSync("python3", ["--version"], { stdio: "ignore" }).status === 0 ? "python3" : "python";
}
