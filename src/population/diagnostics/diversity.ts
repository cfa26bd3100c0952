import { standardDeviation } from "../../math/index.ts";
import type { Distribution, Value } from "../../space/index.ts";
import type { Member, MemberId } from "../types.ts";

/** exp of the Shannon entropy of labels: the effective number of kinds. 1 when all are equal, N when all differ. */
export function effectiveKinds(labels: readonly (Value | null)[]): number {
  const counts = new Map<Value | null, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / labels.length) * Math.log(count / labels.length);
  return Math.exp(entropy);
}

/** Founders that still have descendants, and the effective number of their lineages. */
export function lineages(members: readonly Member[]): {
  readonly surviving: number;
  readonly effective: number;
} {
  const founders: MemberId[] = members.map(({ founder }) => founder);
  return { surviving: new Set(founders).size, effective: effectiveKinds(founders) };
}

/** Standard deviation (over N) in encoded coordinates; for unordered hyperparameters the effective number of values. */
export function diversity(
  distribution: Distribution,
  values: readonly Value[],
  coordinates: readonly number[] | null,
): number {
  if (distribution.topology === "unordered" || coordinates === null) return effectiveKinds(values);
  return standardDeviation(coordinates, 0);
}
