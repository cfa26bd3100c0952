import { plainNumber } from "../../figures/index.ts";
import type { CheckpointId } from "../../population/index.ts";
import type { Hyperparameters, Value } from "../../space/index.ts";
import type { OpenRun } from "../openRun.ts";

/**
 * How a decision changed hyperparameters, in words: `lr 0.003 → 0.0034, optimizer adam → sgd`. Against those of the state
 * that the member goes on from, its own or its donor's.
 * @returns null where nothing changed, or that state is not in the log
 */
export function changesOf(
  { facts, fold: { segments } }: OpenRun,
  from: CheckpointId | null,
  hyperparameters: Hyperparameters,
): string | null {
  const row = from === null ? -1 : segments.rowOf(from.member, from.generation);
  if (row < 0) return null;
  const changed = facts.space.names.flatMap((name, k) => {
    const law = facts.space.distributions[k]!;
    const [now, before] = [hyperparameters[name], segments.coordinate(row, k)];
    // Coordinates are kept as 32-bit numbers.
    if (now === undefined || !law.contains(now) || Number.isNaN(before)) return [];
    return Math.fround(law.encode(now)) === before
      ? []
      : [`${name} ${written(law.decode(before))} → ${written(now)}`];
  });
  return changed.length === 0 ? null : changed.join(", ");
}

const written = (value: Value): string =>
  typeof value === "number" ? plainNumber(Number(value.toPrecision(3))) : String(value);
