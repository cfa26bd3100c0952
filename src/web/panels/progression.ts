import type { Columns, EncodedAxis, ProgressionData } from "../../figures/index.ts";
import type { HyperparameterFacts, ProgressionMeta } from "../../server/index.ts";
import { valuesOf } from "../data/generations.ts";

export const encodedAxis = (facts: HyperparameterFacts): EncodedAxis => ({
  name: facts.name,
  scale: facts.scale,
  ticks: facts.ticks,
});

export const progressionOf = (
  facts: HyperparameterFacts,
  data: Columns<ProgressionMeta>,
): ProgressionData => ({
  axis: encodedAxis(facts),
  generation: valuesOf(data, "generation"),
  density: valuesOf(data, "density"),
  bins: data.meta.bins,
  mean: valuesOf(data, "mean"),
  winner: valuesOf(data, "winner"),
  founders: valuesOf(data, "founders"),
});

/** The value at an encoded coordinate, in words. */
export function decoded(facts: HyperparameterFacts, at: number): number | string {
  const { ticks } = facts;
  if (Number.isNaN(at) || ticks.length === 0) return "–";
  let i = 1;
  while (i < ticks.length - 1 && ticks[i]!.at < at) i++;
  const [a, b] = [ticks[Math.max(0, i - 1)]!, ticks[Math.min(i, ticks.length - 1)]!];
  if (
    facts.scale === "category" ||
    typeof a.value !== "number" ||
    typeof b.value !== "number" ||
    a.at === b.at
  ) {
    return String(Math.abs(at - a.at) <= Math.abs(at - b.at) ? a.value : b.value);
  }
  const share = (at - a.at) / (b.at - a.at);
  return facts.scale === "log"
    ? Math.exp(Math.log(a.value) + share * (Math.log(b.value) - Math.log(a.value)))
    : a.value + share * (b.value - a.value);
}
