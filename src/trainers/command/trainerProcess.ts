import type { SessionContext } from "../../engine/index.ts";
import { LIMITS } from "../protocol/limits.ts";
import { lineSplitter } from "../protocol/lines.ts";
import { type Exit, type ProcessGroup, startGroup } from "./group.ts";
import type { CommandPlan } from "./options.ts";
import type { Reaper } from "./reaper.ts";

/** Hears what a process does while it works on one segment. */
export interface ProcessListener {
  output(chunk: Buffer, stream: "stdout" | "stderr"): void;
  /** One line on the channel. */
  line(line: Buffer, cut: boolean): void;
  /** The process closed its end of the channel. */
  channelEnd(): void;
  exit(exit: Exit): void;
}

/** A trainer's process, for one segment or, once it has said hello, for many. */
export interface TrainerProcess {
  readonly group: ProcessGroup;
  listener: ProcessListener | null;
  /** It said hello on its channel. */
  greeted: boolean;
  /** Segments that were sent over the channel. */
  sent: number;
  /** It said that a segment failed: it may be about to leave. */
  failed: boolean;
  /** It takes no more segments: it has closed its channel, or ended. */
  readonly deaf: boolean;
  readonly ended: boolean;
  /** Writes one message to the channel. */
  send(message: object): void;
}

/** Starts a process, registered so that it does not outlive this one. */
export function startTrainerProcess(
  plan: CommandPlan,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  context: SessionContext,
  reaper: Reaper,
  listener: ProcessListener,
): TrainerProcess {
  let ended = false;
  let deaf = false;
  const group = startGroup({
    command,
    shell: plan.shell,
    cwd: plan.cwd,
    env,
    channel: plan.resident,
    onOutput: (chunk, stream) => started.listener?.output(chunk, stream),
  });
  const started: TrainerProcess = {
    group,
    listener,
    greeted: false,
    sent: 0,
    failed: false,
    get deaf() {
      return deaf || ended;
    },
    get ended() {
      return ended;
    },
    send(message) {
      group.toChild?.write(`${JSON.stringify(message)}\n`);
    },
  };
  if (group.pid !== -1) {
    reaper.add(group.pid);
    context.reap.add(group.pid);
  }
  const channel = group.fromChild;
  if (channel !== null) {
    const lines = lineSplitter(LIMITS.lineBytes, (line, cut) => started.listener?.line(line, cut));
    channel.on("data", (chunk: Buffer) => lines.write(chunk));
    channel.on("end", () => {
      lines.end();
      deaf = true;
      started.listener?.channelEnd();
    });
  }
  void group.exited.then((exit) => {
    ended = true;
    if (group.pid !== -1) {
      reaper.remove(group.pid);
      context.reap.remove(group.pid);
    }
    started.listener?.exit(exit);
  });
  return started;
}
