import { verify } from "../../src/engine/index.ts";
import { key, stream } from "../../src/random/index.ts";
import type { ControllerOrder } from "./controller.ts";
import { awaitGone, begun, decisionLines, perform, processesNaming, sleep, start } from "./harness.ts";

export interface Story {
  /** Kills that met a living process. */
  readonly kills: number;
  readonly lines: readonly string[];
  readonly verified: boolean;
  readonly left: readonly number[];
}

/**
 * Runs and resumes until the end; each process but the last is killed after a random time. What is killed: the
 * controller, its trainers only, or all at once.
 * @param file the bundled controller
 * @param longestMs kills come uniformly within this time after a start
 */
export async function disturbed(
  file: string,
  order: ControllerOrder,
  seed: number,
  kills: number,
  longestMs: number,
): Promise<Story> {
  const draws = stream(key(seed), "kill");
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    const action = (await begun(order.directory)) ? "resume" : "run";
    const controller = start(file, { ...order, action });
    const afterMs = draws.uniform() * longestMs;
    const what = order.trainer === "command" ? draws.integer(3) : 0;
    await Promise.race([sleep(afterMs), controller.ended]);
    const trainers =
      what === 0 ? [] : processesNaming(order.directory).filter((pid) => pid !== controller.child.pid);
    for (const pid of trainers) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
    }
    if (what !== 1) {
      controller.child.kill("SIGKILL");
      if ((await controller.ended).signal === "SIGKILL") killed++;
    } else {
      if (trainers.length > 0) killed++;
      await sleep(draws.uniform() * longestMs);
      controller.child.kill("SIGKILL");
      await controller.ended;
    }
  }
  const action = (await begun(order.directory)) ? "resume" : "run";
  const { output } = await perform(file, { ...order, action });
  if (output !== "ended steps\n") throw new Error(`${order.directory}: ${output}`);
  return {
    kills: killed,
    lines: await decisionLines(order.directory),
    verified: (await verify(order.directory)).ok,
    left: await awaitGone(order.directory),
  };
}
