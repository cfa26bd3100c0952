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

/** Starting a process takes about this long. */
const startMs = 150;
/** A segment takes less than this. */
const segmentMs = 15;

/**
 * Runs and resumes until the end; each process but the last is killed at a random moment: every third one while it
 * starts, the others in or after one of their first segments, so that it is the run's progress and not the machine's
 * speed that says when. What is killed: the controller, its trainers only, or all at once.
 * @param file the bundled controller
 */
export async function disturbed(
  file: string,
  order: ControllerOrder,
  seed: number,
  kills: number,
): Promise<Story> {
  const draws = stream(key(seed), "kill");
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    const action = (await begun(order.directory)) ? "resume" : "run";
    const controller = start(file, { ...order, action, progress: true });
    const phase = draws.integer(3) === 0 ? "starting" : "running";
    const what = order.trainer === "command" ? draws.integer(3) : 0;
    if (phase === "running") await controller.dots(1 + draws.integer(3));
    const afterMs = draws.uniform() * (phase === "starting" ? startMs : segmentMs);
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
      await Promise.race([sleep(draws.uniform() * startMs), controller.ended]);
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
