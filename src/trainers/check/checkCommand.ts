import { commandTrainer } from "../command/commandTrainer.ts";
import type { CommandTrainerOptions } from "../command/options.ts";
import type { CheckOptions } from "./baseline.ts";
import { checkTrainer } from "./checkTrainer.ts";
import type { CheckReport } from "./report.ts";

/** Prints what programs print: text, half reports, bytes that are no text, one very long line. */
const NOISE = [
  "printf 'epoch 1: loss=nan\\n'",
  "printf 'polytempo is loading\\npolytempo {\"step\": \\n'",
  "printf '\\377\\376\\000\\033[31m\\n'",
  "printf '%0100000d\\n' 0",
  "printf 'a line without an end'",
  "printf '\\n' >&2",
  "printf '\\n'",
].join("; ");

/** The same command behind a shell that prints noise first. */
export function noisyCommand(options: CommandTrainerOptions): CommandTrainerOptions {
  return options.shell === true
    ? { ...options, command: [`${NOISE}; ${options.command[0]}`] }
    : { ...options, command: ["sh", "-c", `${NOISE}; exec "$@"`, "sh", ...options.command] };
}

/**
 * `checkTrainer` for a command, noise included.
 * @throws UsageError when the options are wrong or the program is not there
 */
export function checkCommand(
  command: CommandTrainerOptions,
  options: Omit<CheckOptions, "noisy">,
): Promise<CheckReport> {
  return checkTrainer(commandTrainer(command), { ...options, noisy: commandTrainer(noisyCommand(command)) });
}
