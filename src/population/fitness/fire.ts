import type { Json } from "../../space/index.ts";
import { demand, isPositive, isWithin } from "../options.ts";
import type { Fitness, Score } from "../types.ts";
import { signedValue } from "./instantaneous.ts";
import { inheritLineages, readLineages, writeLineages } from "./lineages.ts";

export interface FireOptions {
  /** Weight of what the lineage had gained before, per interval: 0 ≤ memory < 1. Default 0.7. */
  readonly memory?: number;
  /** Generations of gains to which a gain is compared: > 0. Default 5. */
  readonly generations?: number;
}

/** Gains kept at most. */
const MOST = 512;
const LEAST = 6;

/**
 * Improvement as fitness: who gains more than others gain *from the same level of performance* is fitter, even when its
 * present value is lower. A greedy population drops learners that are slow now and better later; comparing curves at equal
 * performance rather than equal time is what saves them.
 *
 *     s ← memory · s_parent + g − ĝ(φ_before),   g = (φ − φ_before)/steps
 *
 * ĝ is a kernel regression of the recent gains of all members on the level they started from. Until there are enough of
 * them, the last values are compared.
 * @throws UsageError naming every option out of range
 * @see Dalibard & Jaderberg 2021, Faster Improvement Rate Population Based Training; the evaluators of that method are left
 *   out here: fitness is read off the members' own curves
 */
export function fire({ memory: kept = 0.7, generations = 5 }: FireOptions = {}): Fitness {
  demand("fire", [
    { name: "memory", value: kept, needs: "0 <= memory < 1", holds: isWithin(kept, 0, 1 - Number.EPSILON) },
    {
      name: "generations",
      value: generations,
      needs: "a finite generations > 0",
      holds: isPositive(generations),
    },
  ]);
  return {
    spec: { kind: "fire", memory: kept, generations },
    initial: { lineages: {}, gains: [] },
    score(memory, { evaluations, population, ready, sign }) {
      const before = memory as { readonly [name: string]: Json };
      // Per lineage: step, φ, accumulated excess s.
      const lineages = readLineages(before["lineages"]);
      const members = new Map(population.members.map((member) => [member.id, member]));
      const isReady = new Set(ready);
      const fresh = new Map<number, { rate: number; from: number }>();
      const gains = [...((before["gains"] ?? []) as unknown as (readonly number[])[])];
      const given = evaluations.toSorted((a, b) => a.member - b.member);
      let newest = 0;
      for (const evaluation of given) {
        const value = signedValue(evaluation, sign);
        const past = lineages.get(evaluation.member);
        if (value === null || past === undefined || !isReady.has(evaluation.member)) continue;
        if (evaluation.step <= past[0]!) continue;
        const rate = (value - past[1]!) / (evaluation.step - past[0]!);
        const { generation } = members.get(evaluation.member)!;
        fresh.set(evaluation.member, { rate, from: past[1]! });
        gains.push([generation, past[1]!, rate]);
        newest = Math.max(newest, generation);
      }
      const recent = (fresh.size > 0 ? gains.filter(([g]) => g! > newest - generations) : gains).slice(-MOST);
      const expected = gainAt(recent);
      const scores = new Map<number, number | null>();
      for (const evaluation of given) {
        const value = signedValue(evaluation, sign);
        if (value === null) continue;
        const past = lineages.get(evaluation.member);
        const gain = fresh.get(evaluation.member);
        const excess = (past?.[2] ?? 0) * (gain === undefined ? 1 : kept);
        const score = gain === undefined ? excess : excess + gain.rate - expected(gain.from);
        scores.set(evaluation.member, recent.length < LEAST ? value : score);
        if (isReady.has(evaluation.member)) lineages.set(evaluation.member, [evaluation.step, value, score]);
      }
      return {
        memory:
          ready.length === 0
            ? memory
            : { lineages: writeLineages(lineages), gains: recent as unknown as Json },
        scores: evaluations.map(({ member }): Score => ({ member, score: scores.get(member) ?? null })),
        ...(recent.length < LEAST
          ? { note: `fire: ${recent.length} gains are too few; last values are compared` }
          : {}),
      };
    },
    inherit(memory, copies) {
      const { lineages, ...rest } = memory as { readonly [name: string]: Json };
      return { ...rest, lineages: inheritLineages(lineages, copies) };
    },
  };
}

/** Gaussian-kernel mean of gains as a function of the level they started from; width by the rule of thumb. */
function gainAt(gains: readonly (readonly number[])[]): (level: number) => number {
  const n = gains.length;
  const mean = gains.reduce((sum, [, from]) => sum + from! / n, 0);
  const sd = Math.sqrt(gains.reduce((sum, [, from]) => sum + (from! - mean) ** 2 / n, 0));
  const width = 1.06 * sd * n ** -0.2;
  return (level) => {
    let total = 0;
    let sum = 0;
    for (const [, from, rate] of gains) {
      const weight = width > 0 ? Math.exp(-(((from! - level) / width) ** 2) / 2) : 1;
      total += weight;
      sum += weight * rate!;
    }
    return total > 0 ? sum / total : 0;
  };
}
