import type { Segment, SegmentHooks, SegmentOutcome, SessionContext } from "../../engine/index.ts";
import { judge, type Violation } from "../protocol/judge.ts";
import { LIMITS, PROTOCOL_VERSION } from "../protocol/limits.ts";
import {
  excerpt,
  parseMessage,
  ProtocolProblem,
  reportOf,
  show,
  textOf,
  type TrainerReport,
} from "../protocol/report.ts";
import type { SegmentFiles } from "./environment.ts";
import { outcomeOfExit } from "./exit.ts";
import type { Exit } from "./group.ts";
import { metricFileReader } from "./metricFile.ts";
import type { CommandPlan } from "./options.ts";
import type { OutputLog } from "./outputLog.ts";
import { followFile } from "./reportFile.ts";
import { stdoutMetrics } from "./stdoutMetrics.ts";
import { fill, type TemplateValues } from "./template.ts";
import type { ProcessListener, TrainerProcess } from "./trainerProcess.ts";

const POLL_MS = 100;
/** From the end of a channel to the exit that normally comes with it. */
const CHANNEL_END_MS = 2000;

/** Causes that a trainer may give for its own failure. */
const CAUSES: ReadonlySet<string> = new Set(["exception", "echo", "nan", "checkpoint", "metric"]);

export interface AttemptInput {
  readonly segment: Segment;
  readonly hooks: SegmentHooks;
  readonly plan: CommandPlan;
  readonly context: SessionContext;
  readonly files: SegmentFiles;
  readonly log: OutputLog;
  readonly values: TemplateValues;
  /** Ends the attempt early, with the reason as message. */
  readonly closing: AbortSignal;
  /** The waiting resident process, or a new one that reports to the listener. */
  readonly obtain: (listener: ProcessListener) => TrainerProcess;
}

export interface AttemptResult {
  /** `restart`: the resident process had left, in order or after a failure, before it heard of this segment. */
  readonly outcome: SegmentOutcome | "restart";
  /** The process can take another segment. */
  readonly reusable: boolean;
  /** The metric came, as NaN or infinity. */
  readonly diverged: boolean;
}

/** Runs one segment in one process and follows it to its outcome. The checkpoint is looked at by the caller. */
export async function attempt(input: AttemptInput): Promise<AttemptResult> {
  const { segment, hooks, plan, context, log } = input;
  const verdict = judge(segment, {
    metric: context.metric,
    restart: plan.restart,
    echo: plan.echo,
    forward: (step, metrics) => hooks.report(segment.member, step, metrics),
  });
  const readMetricFile =
    plan.metricFile === "" ? null : metricFileReader(fill(plan.metricFile, input.values));
  const id = `${segment.name}-${segment.generation}-${segment.attempt}`;
  let settled = false;
  let heard = false;
  let declared: Violation | null = null;
  const timers: NodeJS.Timeout[] = [];

  let resolve: (result: AttemptResult) => void = () => {};
  const result = new Promise<AttemptResult>((resolver) => {
    resolve = resolver;
  });

  const settle = (outcome: AttemptResult["outcome"], reusable: boolean, kill = false): void => {
    if (settled) return;
    settled = true;
    for (const timer of timers) clearTimeout(timer);
    hooks.signal.removeEventListener("abort", onAbort);
    input.closing.removeEventListener("abort", onAbort);
    const deliver = (): void => {
      reports.end();
      if (reusable) worker.listener = idle(log);
      resolve({ outcome, reusable, diverged: verdict.diverged });
    };
    if (kill) void worker.group.kill(plan.graceMs).then(deliver);
    else deliver();
  };

  const fail = ({ cause, message }: Violation): void =>
    settle({ status: "failed", cause, message }, false, true);

  const take = (report: TrainerReport): void => {
    if (settled) return;
    const violation = verdict.accept(report);
    if (violation !== null) fail(violation);
  };

  /** A line on a channel of the protocol: what is wrong there is a failure. */
  const message = (line: Buffer, cut: boolean, handle: (text: string) => void): void => {
    if (settled) return;
    if (cut) {
      fail({ cause: "protocol", message: `a report line is longer than ${LIMITS.lineBytes} bytes` });
      return;
    }
    const text = line.toString("utf8");
    if (text.trim() === "") return;
    try {
      handle(text);
    } catch (error) {
      if (!(error instanceof ProtocolProblem)) throw error;
      fail({ cause: "protocol", message: `a report line ${error.message}` });
    }
  };

  const declaredIn = (parsed: ReturnType<typeof parseMessage>): Violation => {
    const cause = textOf(parsed, "cause") ?? "exception";
    return {
      cause: CAUSES.has(cause) ? cause : "exception",
      message: textOf(parsed, "message") ?? "the trainer says that the segment failed",
    };
  };

  const reports = followFile(input.files.report, (line, cut) =>
    message(line, cut, (text) => {
      const parsed = parseMessage(text);
      if (parsed.get("type") === "failed") declared = declaredIn(parsed);
      else take(reportOf(parsed));
    }),
  );
  const printed = stdoutMetrics(context.metric, plan.pattern, take);

  const badReports: Violation = {
    cause: "protocol",
    message: `the report file needs to stay a plain file of at most ${LIMITS.reportFileBytes} bytes: append lines to it`,
  };

  const sendSegment = (): void => {
    worker.sent++;
    worker.send({
      type: "segment",
      id,
      member: segment.name,
      generation: segment.generation,
      hyperparameters: context.space.nest(segment.hyperparameters),
      from_step: segment.fromStep,
      until_step: segment.untilStep,
      seed: segment.seed,
      load: segment.load?.directory ?? null,
      save: segment.save,
      metric: context.metric,
    });
  };

  const channelMessage = (text: string): void => {
    const parsed = parseMessage(text);
    const type = parsed.get("type");
    if (!worker.greeted) {
      if (type !== "hello") {
        throw new ProtocolProblem(`needs to be hello first, got ${excerpt(text)}`);
      }
      if (parsed.get("protocol") !== PROTOCOL_VERSION) {
        throw new ProtocolProblem(
          `says hello with protocol ${show(parsed.get("protocol"))}, but this Polytempo speaks protocol ${PROTOCOL_VERSION}. Install the client that belongs to it?`,
        );
      }
      worker.greeted = true;
      sendSegment();
      return;
    }
    const from = parsed.get("id");
    if (from !== undefined && from !== id) {
      hooks.note(segment.member, "warning", {
        message: `message of another segment ignored: ${excerpt(text)}`,
      });
      return;
    }
    heard = true;
    if (type === "report") take(reportOf(parsed));
    else if (type === "failed") {
      worker.failed = true;
      settle({ status: "failed", ...declaredIn(parsed) }, true);
    } else if (type === "done") {
      const report = reportOf(parsed);
      take(report);
      if (!settled) settle(verdict.finish(report.step), true);
    } else throw new ProtocolProblem(`needs "type" report, done or failed, got ${excerpt(text)}`);
  };

  /** What a program can do that ended in order and reported nothing. */
  const advice = (): string =>
    plan.mode === "arguments"
      ? printed.advice
      : `The command passes no values: give it placeholders such as --${context.space.names[0]} {${context.space.names[0]}} --resume {load} --save {save} --until {until}, or let it read the environment (docs/protocol.md, level 2) or use the Python client`;

  const finishOneShot = (): void => {
    printed.end();
    if (!reports.end()) fail(badReports);
    let hint = printed.hint;
    if (readMetricFile !== null) {
      const found = readMetricFile();
      if (typeof found === "string") hint = found;
      else take(found);
    } else if (hint === null && verdict.silent) hint = advice();
    if (settled) return;
    if (declared !== null) {
      settle({ status: "failed", ...declared }, false);
      return;
    }
    const outcome = verdict.finish(null);
    settle(
      outcome.status === "failed" && outcome.cause === "metric" && hint !== null
        ? { ...outcome, message: `${outcome.message}. ${hint}` }
        : outcome,
      false,
    );
  };

  /** A process that said of an earlier segment that it failed was on its way out: this one is not to blame. */
  const wasLeaving = (): boolean => worker.failed && !heard;

  const exited = (exit: Exit): void => {
    if (settled) return;
    const clean = exit.code === 0 && exit.error === null;
    if (wasLeaving()) settle("restart", false);
    else if (!clean) {
      reports.end();
      const outcome = outcomeOfExit(exit, plan.command[0]!, "");
      settle(
        outcome.status === "failed" && declared !== null ? { status: "failed", ...declared } : outcome,
        false,
      );
    } else if (worker.greeted) {
      if (worker.sent > 1 && !heard) settle("restart", false);
      else {
        settle(
          { status: "failed", cause: "protocol", message: "the trainer ended in the middle of a segment" },
          false,
        );
      }
    } else if (plan.mode === "resident") {
      settle(
        {
          status: "failed",
          cause: "protocol",
          message: "the trainer ended without saying hello on its channel (descriptor 4)",
        },
        false,
      );
    } else finishOneShot();
  };

  const listener: ProcessListener = {
    output(chunk, stream) {
      log.write(chunk);
      if (stream === "stdout" && !worker.greeted && !settled) printed.write(chunk);
    },
    line: (line, cut) => message(line, cut, channelMessage),
    channelEnd() {
      if (!worker.greeted && plan.mode !== "resident") return;
      timers.push(
        setTimeout(() => {
          if (wasLeaving()) settle("restart", false, true);
          else fail({ cause: "protocol", message: "the trainer closed its channel but goes on running" });
        }, CHANNEL_END_MS),
      );
    },
    exit: exited,
  };

  const onAbort = (): void => {
    const reason: unknown = hooks.signal.aborted ? hooks.signal.reason : input.closing.reason;
    const why = typeof reason === "string" ? reason : "stop";
    settle({ status: "lost", message: `ended early: ${why}` }, false, true);
  };

  const worker = input.obtain(listener);
  if (hooks.signal.aborted || input.closing.aborted) onAbort();
  hooks.signal.addEventListener("abort", onAbort);
  input.closing.addEventListener("abort", onAbort);
  if (settled) return result;
  if (Number.isFinite(plan.timeoutMs)) {
    timers.push(
      setTimeout(
        () =>
          fail({
            cause: "timeout",
            message: `the segment took longer than its limit of ${plan.timeoutMs} ms`,
          }),
        plan.timeoutMs,
      ),
    );
  }
  if (worker.greeted) sendSegment();
  else {
    const polling = setInterval(() => {
      if (settled || worker.greeted) clearInterval(polling);
      else if (!reports.poll()) fail(badReports);
    }, POLL_MS);
    timers.push(polling);
    if (plan.mode === "resident") {
      timers.push(
        setTimeout(() => {
          if (worker.greeted) return;
          fail({
            cause: "protocol",
            message: `the trainer did not say hello on its channel (descriptor 4) within ${plan.helloTimeoutMs} ms`,
          });
        }, plan.helloTimeoutMs),
      );
    }
  }
  return result;
}

/** Between segments only the output matters. */
function idle(log: OutputLog): ProcessListener {
  return { output: (chunk) => log.write(chunk), line: () => {}, channelEnd: () => {}, exit: () => {} };
}
