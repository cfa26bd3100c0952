import type { Best } from "../../engine/index.ts";
import { StoreError } from "../../errors/index.ts";
import type { CheckpointId, MemberId } from "../../population/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import type { Record } from "./open.ts";

/**
 * The best evaluation of the run, or of one member of it.
 *
 * @throws StoreError `missing` when there is no evaluation yet
 */
export function winnerOf({ progress, reader, run }: Record, member?: MemberId): Best {
  if (member === undefined || member === progress.best?.member) {
    if (progress.best === null) {
      throw new StoreError(
        "missing",
        progress.end === "failed"
          ? "no member has a value: every segment failed. polytempo status shows the causes, logs/ in the run directory the whole output"
          : "no member has a value yet: the run has not finished its first generation",
      );
    }
    return progress.best;
  }
  const sign = run.metric.mode === "max" ? 1 : -1;
  const hyperparameters = new Map<string, Hyperparameters>();
  let best: Best | null = null;
  for (const { kind, member: id, generation, body } of reader.decisions()) {
    if (id !== member) continue;
    if (kind === "founder") hyperparameters.set("0", body["hyperparameters"] as Hyperparameters);
    if (kind === "decision")
      hyperparameters.set(String(generation + 1), body["hyperparameters"] as Hyperparameters);
    if (kind !== "evaluation" || body["status"] !== "ok" || body["value"] === null) continue;
    const value = body["value"] as number;
    if (best !== null && sign * value <= sign * best.value) continue;
    best = {
      member,
      generation,
      value,
      step: body["step"] as number,
      checkpoint: body["checkpoint"] as unknown as CheckpointId | null,
      hyperparameters: hyperparameters.get(String(generation)) ?? {},
    };
  }
  if (best === null)
    throw new StoreError(
      "missing",
      `member ${progress.nameOf(member)} has no value: all its segments failed`,
    );
  return best;
}
