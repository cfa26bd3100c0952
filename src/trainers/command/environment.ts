import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Segment, SessionContext } from "../../engine/index.ts";
import { PROTOCOL_VERSION } from "../protocol/limits.ts";
import type { CommandPlan } from "./options.ts";

/** Files of one segment outside its checkpoint. */
export interface SegmentFiles {
  readonly directory: string;
  readonly hyperparameters: string;
  readonly report: string;
}

/** Where the files are that the environment of a segment's process names. */
export function segmentFiles(segment: Segment, context: SessionContext): SegmentFiles {
  const directory = join(
    context.scratch,
    `${segment.name}-g${segment.generation}-a${segment.attempt}-s${context.slot}`,
  );
  return {
    directory,
    hyperparameters: join(directory, "hyperparameters.json"),
    report: join(directory, "report.jsonl"),
  };
}

/** Makes them, for a process that starts. */
export function writeSegmentFiles(segment: Segment, context: SessionContext, files: SegmentFiles): void {
  mkdirSync(files.directory, { recursive: true });
  const nested = context.space.nest(segment.hyperparameters);
  writeFileSync(files.hyperparameters, `${JSON.stringify(nested, null, 2)}\n`);
  writeFileSync(files.report, "");
}

/** The inherited environment, without another run's variables, with those of the contract. */
export function environmentOf(
  segment: Segment,
  context: SessionContext,
  plan: CommandPlan,
  files: SegmentFiles,
  token: string,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("POLYTEMPO_"));
  return {
    ...Object.fromEntries(inherited),
    ...plan.env,
    ...(context.devices === null ? {} : { CUDA_VISIBLE_DEVICES: context.devices }),
    POLYTEMPO_PROTOCOL: String(PROTOCOL_VERSION),
    POLYTEMPO_CONTROLLER: token,
    POLYTEMPO_HYPERPARAMETERS: files.hyperparameters,
    POLYTEMPO_LOAD: segment.load?.directory ?? "",
    POLYTEMPO_SAVE: segment.save,
    POLYTEMPO_FROM_STEP: String(segment.fromStep),
    POLYTEMPO_UNTIL_STEP: String(segment.untilStep),
    POLYTEMPO_GENERATION: String(segment.generation),
    POLYTEMPO_MEMBER: segment.name,
    POLYTEMPO_SEED: String(segment.seed),
    POLYTEMPO_REPORT: files.report,
    POLYTEMPO_METRIC: context.metric,
    ...(plan.resident ? { POLYTEMPO_CHANNEL: "3,4" } : {}),
  };
}
