import type { Trainer } from "../../engine/index.ts";
import { refuse, UsageError } from "../../errors/index.ts";
import { checkPlaceholders, type CommandTrainerOptions, planCommand, specOf } from "./options.ts";
import { requireCommand } from "./program.ts";
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
    ...(plan.restart ? { evaluation: "none" } : {}),
    check({ space }) {
      const problems: string[] = [];
      for (const look of [() => checkPlaceholders(plan, space), () => requireCommand(plan)]) {
        try {
          look();
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          problems.push(...error.problems);
        }
      }
      refuse(problems);
    },
    open: (context) => openCommandSession(plan, context),
  };
}
