import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandTrainerOptions } from "../../../src/trainers/index.ts";

/** What a hostile trainer does, and how one of its segments must end. */
export interface Hostile {
  /** File name without `.py`. */
  readonly name: string;
  /** Environment contract unless it is a resident one. */
  readonly options?: Omit<CommandTrainerOptions, "command">;
  /** `second`: it is hostile from its second segment on. */
  readonly segment?: "second";
  readonly status: "ok" | "failed" | "lost";
  readonly cause?: string;
  /** Part of the message. */
  readonly message?: string;
  /** The metric, when ok. */
  readonly value?: number;
}

const ok = (name: string, value = 1, options: Hostile["options"] = {}): Hostile => ({
  name,
  status: "ok",
  value,
  options,
});

const failed = (
  name: string,
  cause: string,
  message: string,
  more: Pick<Hostile, "options" | "segment"> = {},
): Hostile => ({ name, status: "failed", cause, message, ...more });

const limited = { options: { timeoutMs: 400, graceMs: 100 } };
const resident = { options: { level: 3, graceMs: 100 } } as const;

export const catalogue: readonly Hostile[] = [
  ok("garbage"),
  ok("nan", Number.NaN),
  ok("infinity", Infinity),
  ok("flood"),
  ok("binary"),
  ok("orphans"),
  ok("daemon"),
  ok("closes_pipes"),
  ok("report_flood"),
  ok("odd_names"),
  failed("silent", "metric", 'no value for the metric "q": the trainer reported nothing'),
  failed("exits_at_once", "metric", "the trainer reported nothing"),
  failed("wrong_metric", "metric", "the trainer reported loss, accuracy"),
  failed("text_metric", "protocol", 'metric "q" needs a number, got "0.5"'),
  failed("duplicate_names", "protocol", 'the name "q" occurs twice'),
  failed("deep_json", "protocol", "nested deeper than 16"),
  failed("huge_line", "protocol", "longer than 65536 bytes"),
  failed("huge_report", "protocol", "stay a plain file of at most 8388608 bytes"),
  failed("report_pipe", "protocol", "plain file"),
  failed("backwards", "step", "reported step 3 after step 5"),
  failed("beyond", "step", "reported step 11, beyond step 10"),
  failed("counter_restarts", "step", "the step counter did not resume", { segment: "second" }),
  failed("ignores_h", "echo", "h1: the trainer uses 0.5, was given 0.75"),
  failed(
    "invents_h",
    "echo",
    "momentum: the trainer uses a hyperparameter that the search space does not have",
  ),
  failed("no_checkpoint", "checkpoint", "the save directory is empty"),
  failed("empty_checkpoint", "checkpoint", "holds no bytes"),
  failed("half_left", "checkpoint", "the save was not finished: .partial is still there"),
  failed("half_crash", "exit", "exited with code 1"),
  failed("symlink_out", "checkpoint", "weights is a link out of the save directory"),
  failed("save_is_link", "checkpoint", "{save} is no longer a directory"),
  failed("special_file", "checkpoint", "pipe is a special file"),
  failed("deletes_save", "checkpoint", "the save directory is gone"),
  failed("writes_into_load", "checkpoint", "wrote into {load}", { segment: "second" }),
  failed("exit_137", "exit", "exited with code 137 (killed, most often out of memory)"),
  failed("crashes", "exit", "crashed: SIGSEGV"),
  failed("raises", "exit", "exited with code 1"),
  failed("ignores_sigterm", "timeout", "longer than its limit of 400 ms", limited),
  failed("stops_itself", "timeout", "longer than its limit of 400 ms", limited),
  failed("trickle", "timeout", "longer than its limit of 400 ms", limited),
  { name: "killed", status: "lost", message: "ended from outside by SIGKILL" },
  ok("after_done", 1, resident.options),
  ok("resident_noise", 1, resident.options),
  ok("leaves_after_one", 1, resident.options),
  failed(
    "wrong_protocol",
    "protocol",
    "says hello with protocol 99, but this Polytempo speaks protocol 1",
    resident,
  ),
  failed("no_hello", "protocol", "did not say hello", {
    options: { ...resident.options, helloTimeoutMs: 300 },
  }),
  failed("exits_at_once", "protocol", "ended without saying hello", resident),
  failed("hello_then_exit", "protocol", "ended in the middle of a segment", resident),
  failed("closes_channel", "protocol", "closed its channel but goes on running", resident),
  failed("wrong_step", "step", "says that its state is at step 9, was asked for step 10", resident),
  failed("garbage_on_channel", "protocol", "expected a value at character 1: loading data", resident),
  failed("resident_crash", "exit", "exited with code 1", { ...resident, segment: "second" }),
];

/** The command of a hostile trainer. */
export function commandOf({ name, options }: Hostile): CommandTrainerOptions {
  const script = join(dirname(fileURLToPath(import.meta.url)), `${name}.py`);
  return { command: ["python3", script], ...options };
}
