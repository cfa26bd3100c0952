import type { Trainer } from "../../engine/index.ts";
import { type CommandTrainerOptions, planCommand, specOf } from "./options.ts";
import { openCommandSession } from "./session.ts";

/**
 * A program in any language as a trainer, at one of three levels of the protocol (docs/protocol.md).
 * @throws UsageError with every problem of the options
 * @example
 * const trainer = commandTrainer({
 *   command: ["python", "train.py", "--lr", "{lr}", "--resume", "{load}", "--out", "{save}", "--until", "{until}"],
 * });
 */
export function commandTrainer(options: CommandTrainerOptions): Trainer {
  const plan = planCommand(options, process.cwd());
  return {
    kind: "command",
    spec: specOf(plan),
    batch: 1,
    parallel: true,
    verification: plan.echo ? "echo" : "unverified",
    open: (context) => openCommandSession(plan, context),
  };
}
