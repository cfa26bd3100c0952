import { UsageError } from "../errors/index.ts";
import { checkRanges } from "./ranges.ts";
import type { OnlineLearner, OnlineTask } from "./onlineTask.ts";

/** What a learner may know of the task: its law, not its draws. */
export type TaskLaw = Pick<OnlineTask, "dims" | "decays" | "partVariance" | "noiseVariance">;

/** Always 0. */
export function zeroLearner(): OnlineLearner {
  return { predict: () => 0, update: () => {} };
}

/** Bayes: the Kalman filter on all p·n parts (F = diag γ, Q = v(1 − γ²), H = x repeated, R = noise variance). */
export function kalmanLearner(law: TaskLaw): OnlineLearner & { readonly gain: Float64Array } {
  const n = law.decays.length;
  const size = law.dims * n;
  const mean = new Float64Array(size);
  const P = new Float64Array(size * size);
  for (let i = 0; i < size; i++) P[i * size + i] = law.partVariance;
  const PH = new Float64Array(size);
  const gain = new Float64Array(size);
  const predict = (x: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += x[Math.floor(i / n)]! * mean[i]!;
    return sum;
  };
  const update = (x: Float64Array, y: number): void => {
    let S = law.noiseVariance;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let d = 0; d < law.dims; d++) {
        let part = 0;
        for (let j = 0; j < n; j++) part += P[i * size + d * n + j]!;
        sum += part * x[d]!;
      }
      PH[i] = sum;
      S += x[Math.floor(i / n)]! * sum;
    }
    const innovation = y - predict(x);
    for (let i = 0; i < size; i++) gain[i] = PH[i]! / S;
    for (let i = 0; i < size; i++) {
      const gi = law.decays[i % n]!;
      mean[i] = gi * (mean[i]! + gain[i]! * innovation);
      for (let j = 0; j <= i; j++) {
        const value = gi * law.decays[j % n]! * (P[i * size + j]! - gain[i]! * PH[j]!);
        P[i * size + j] = value;
        P[j * size + i] = value;
      }
      P[i * size + i]! += law.partVariance * (1 - gi * gi);
    }
  };
  return { predict, update, gain };
}

/** The diagonal variational filter: a multiscale learner whose gains adapt, K_i = P_i x/(Σ x²P + R). */
export function variationalLearner(law: TaskLaw): OnlineLearner {
  const n = law.decays.length;
  const size = law.dims * n;
  const mean = new Float64Array(size);
  const P = new Float64Array(size).fill(law.partVariance);
  const predict = (x: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += x[Math.floor(i / n)]! * mean[i]!;
    return sum;
  };
  return {
    predict,
    update: (x, y) => {
      const error = y - predict(x);
      let S = law.noiseVariance;
      for (let i = 0; i < size; i++) S += x[Math.floor(i / n)]! ** 2 * P[i]!;
      for (let i = 0; i < size; i++) {
        const xi = x[Math.floor(i / n)]!;
        const gamma = law.decays[i % n]!;
        const gain = (P[i]! * xi) / S;
        mean[i] = gamma * (mean[i]! + gain * error);
        P[i] = gamma * gamma * P[i]! * (1 - gain * xi) + law.partVariance * (1 - gamma * gamma);
      }
    },
  };
}

/**
 * Jones' multiscale learner with fixed gains: w = Σω_i, ω_i ← γ_i ω_i − α_i G, G = −x(y − ŷ).
 * @param decays γ_i `[n]`
 * @param rates α_i `[n]`
 */
export function multiscaleLearner(
  dims: number,
  decays: ArrayLike<number>,
  rates: ArrayLike<number>,
): OnlineLearner {
  const n = decays.length;
  if (n === 0 || rates.length !== n)
    throw new UsageError(
      `multiscaleLearner: needs as many rates as decays, at least one, got ${rates.length} and ${n}.`,
    );
  const parts = new Float64Array(dims * n);
  const predict = (x: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum += x[Math.floor(i / n)]! * parts[i]!;
    return sum;
  };
  return {
    predict,
    update: (x, y) => {
      const error = y - predict(x);
      for (let i = 0; i < parts.length; i++) {
        parts[i] = decays[i % n]! * parts[i]! + rates[i % n]! * x[Math.floor(i / n)]! * error;
      }
    },
  };
}

/** Gradient descent with one rate: the multiscale learner with n = 1 and γ = 1. */
export function sgdLearner(dims: number, rate: number): OnlineLearner {
  return multiscaleLearner(dims, [1], [rate]);
}

/** Ridge regression on the last `window` samples. @param ridge > 0 @throws UsageError for numbers out of range */
export function windowLearner(dims: number, window: number, ridge: number): OnlineLearner {
  checkRanges("windowLearner", {
    dims: [dims, "count"],
    window: [window, "count"],
    ridge: [ridge, "positive"],
  });
  const inputs: Float64Array[] = [];
  const targets: number[] = [];
  const matrix = new Float64Array(dims * dims);
  const vector = new Float64Array(dims);
  const weights = new Float64Array(dims);
  const accumulate = (x: Float64Array, y: number, sign: 1 | -1): void => {
    for (let i = 0; i < dims; i++) {
      vector[i]! += sign * x[i]! * y;
      for (let j = 0; j < dims; j++) matrix[i * dims + j]! += sign * x[i]! * x[j]!;
    }
  };
  return {
    predict: (x) => {
      let sum = 0;
      for (let i = 0; i < dims; i++) sum += x[i]! * weights[i]!;
      return sum;
    },
    update: (x, y) => {
      const kept = Float64Array.from(x);
      inputs.push(kept);
      targets.push(y);
      accumulate(kept, y, 1);
      if (inputs.length > window) accumulate(inputs.shift()!, targets.shift()!, -1);
      solveRidge(matrix, vector, ridge, weights);
    },
  };
}

/** (A + λI) w = b for a small symmetric positive definite system, by Gaussian elimination. */
function solveRidge(A: Float64Array, b: Float64Array, ridge: number, w: Float64Array): void {
  const n = b.length;
  const m = Float64Array.from(A);
  w.set(b);
  for (let i = 0; i < n; i++) m[i * n + i]! += ridge;
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = m[i * n + k]! / m[k * n + k]!;
      for (let j = k; j < n; j++) m[i * n + j]! -= factor * m[k * n + j]!;
      w[i]! -= factor * w[k]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) w[i]! -= m[i * n + j]! * w[j]!;
    w[i]! /= m[i * n + i]!;
  }
}
