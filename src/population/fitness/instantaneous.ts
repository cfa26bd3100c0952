import type { Evaluation, Fitness } from "../types.ts";

/** The metric at the end of the segment in "higher is better" sign; null where it cannot be compared. */
export function signedValue(evaluation: Evaluation, sign: 1 | -1): number | null {
  const { value, status } = evaluation;
  return status === "ok" && value !== null && Number.isFinite(value) ? sign * value : null;
}

/**
 * The score is the metric itself at the end of the interval: φ = sign · value. No memory.
 */
export function instantaneous(): Fitness {
  return {
    spec: { kind: "instantaneous" },
    initial: null,
    score: (memory, { evaluations, sign }) => ({
      memory,
      scores: evaluations.map((evaluation) => ({
        member: evaluation.member,
        score: signedValue(evaluation, sign),
      })),
    }),
  };
}
