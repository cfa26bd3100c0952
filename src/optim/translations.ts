import { UsageError } from "../errors/index.ts";
import { symmetricEigen } from "../math/index.ts";
import type { Coefficient } from "../tensor/index.ts";
import { defaultCapacities, defaultConductances } from "./bennaFusi.ts";
import type { MultiscaleOptions } from "./multiscale.ts";

/**
 * Momentum is a slow and a negative fast subweight: v ← βv + (1 − β)g, w ← w − ηv equals
 * ω₁ ← ω₁ − ηg, ω₂ ← βω₂ + ηβg, w = ω₁ + ω₂.
 * @returns options of `multiscale` that follow `momentum({ learningRate, momentum, average: true })`
 */
export function momentumAsMultiscale(options: {
  readonly learningRate: Coefficient;
  readonly momentum: Coefficient;
}): MultiscaleOptions {
  const { learningRate, momentum } = options;
  return {
    alphas: [
      learningRate,
      (context) => context.coefficient(learningRate).mul(context.coefficient(momentum)).neg(),
    ],
    gammas: [1, momentum],
  };
}

/** A chain of `bennaFusi` with numbers. */
export interface Chain {
  /** Cₖ > 0; default 2ᵏ⁻¹ for 8 variables. */
  readonly capacities?: readonly number[];
  /** gₖ > 0; default 2⁻⁽ᵏ⁺²⁾. */
  readonly conductances?: readonly number[];
  /** gₙ ≥ 0; default 0. */
  readonly leak?: number;
}

/** The chain in the coordinates in which it is diagonal; mode 0 is the slowest. */
export interface ChainModes {
  /** 1 − λᵢ, to full relative accuracy; exactly 0 for the slowest mode without a leak. */
  readonly oneMinusLambda: readonly number[];
  /** λᵢ: the γᵢ of the equal multiscale learner. */
  readonly lambda: readonly number[];
  /** αᵢ = ψ̂ᵢ₁²/C₁ > 0; they sum to 1/C₁. */
  readonly alpha: readonly number[];
  /** V[k][i]: u = V ω; first row all ones, so that w = u₁ = Σ ωᵢ. */
  readonly modes: readonly (readonly number[])[];
  /** V⁻¹[i][k]: ω = V⁻¹ u. */
  readonly inverse: readonly (readonly number[])[];
}

/**
 * Diagonalises T of `bennaFusi` through the symmetric Γ = B T B⁻¹, B = diag √bₖ, bₖ = Cₖ/C₁.
 * V⁻¹ᵢₖ = ψ̂ᵢ₁ψ̂ᵢₖ√bₖ with orthonormal ψ̂ (scaling to ψᵢ₁ = 1 is not orthonormal any more).
 * @throws UsageError unless capacities and conductances are positive and fit together
 * @see Jones, multiscale learning, equations (5) to (16), with signs and capacities corrected
 */
export function bennaFusiModes(chain: Chain = {}): ChainModes {
  const capacities = chain.capacities ?? defaultCapacities();
  const n = capacities.length;
  const conductances = chain.conductances ?? defaultConductances(n);
  const leak = chain.leak ?? 0;
  if (
    conductances.length !== n - 1 ||
    ![...capacities, ...conductances].every((x) => x > 0) ||
    !(leak >= 0)
  ) {
    throw new UsageError(
      `bennaFusiModes: needs n capacities > 0, n - 1 conductances > 0 and a leak >= 0, ` +
        `got [${capacities.join(", ")}], [${conductances.join(", ")}] and ${leak}.`,
    );
  }
  const g = [0, ...conductances, leak];
  // I − Γ, so that small 1 − λ keep their relative accuracy.
  const matrix = capacities.map((own, i) =>
    capacities.map((other, j) => {
      if (i === j) return (g[i]! + g[i + 1]!) / own;
      return Math.abs(i - j) === 1 ? -g[Math.max(i, j)]! / Math.sqrt(own * other) : 0;
    }),
  );
  const eigen = symmetricEigen(matrix.flat(), n);
  const vectors = capacities.map((_, i) => Array.from(eigen.vectors.subarray(i * n, (i + 1) * n)));
  const oneMinusLambda = Array.from(eigen.values, (value, i) => (i === 0 && leak === 0 ? 0 : value));
  const root = capacities.map((capacity) => Math.sqrt(capacity / capacities[0]!));
  return {
    oneMinusLambda,
    lambda: oneMinusLambda.map((value) => 1 - value),
    alpha: vectors.map((psi) => psi[0]! ** 2 / capacities[0]!),
    modes: root.map((b, k) => vectors.map((psi) => psi[k]! / (b * psi[0]!))),
    inverse: vectors.map((psi) => root.map((b, k) => psi[0]! * psi[k]! * b)),
  };
}

/**
 * The multiscale learner that follows `bennaFusi` of the same chain from the same initial weights.
 * @returns options of `multiscale`, without a base rule
 */
export function bennaFusiAsMultiscale(chain: Chain = {}): MultiscaleOptions {
  const { alpha, lambda, inverse } = bennaFusiModes(chain);
  // All variables begin at the weight: ω = V⁻¹·1.
  const starts = inverse.map((row, i) =>
    (chain.leak ?? 0) === 0 ? (i === 0 ? 1 : 0) : row.reduce((sum, value) => sum + value, 0),
  );
  return { alphas: alpha, gammas: lambda, starts };
}
