import { openRunReader } from "../../store/index.ts";
import { completionScript, isShell } from "../completion/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { locateRun, runNames } from "../record/locate.ts";
import { Progress } from "../record/progress.ts";
import { print, type World } from "../world.ts";

export const completion: Implementation<"completion"> = ({ words }, world) => {
  const [shell = ""] = words;
  if (isShell(shell)) world.out.write(completionScript(shell));
  return exitCodes.done;
};

/** Never an error: a shell that completes wants words or nothing. */
export const complete: Implementation<"__complete"> = async ({ words }, world) => {
  const [kind, run] = words;
  try {
    print(world.out, await candidates(kind, run === "" ? undefined : run, world));
  } catch {
    print(world.out, []);
  }
  return exitCodes.done;
};

async function candidates(
  kind: string | undefined,
  run: string | undefined,
  world: World,
): Promise<string[]> {
  if (kind === "runs") return runNames(world.cwd);
  const reader = await openRunReader(locateRun(world, run).directory);
  try {
    if (kind === "metrics") return reader.metricNames();
    const progress = new Progress();
    for (const event of reader.decisions()) {
      if (event.kind !== "run" && event.kind !== "founder") break;
      progress.apply(event);
    }
    return [...progress.members.keys()].map((id) => progress.nameOf(id));
  } finally {
    reader.close();
  }
}
