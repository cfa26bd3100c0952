/**
 * ln Σ e^{xᵢ} without overflow: m + ln Σ e^{xᵢ − m}, m = max x. −Infinity for no terms.
 */
export function logSumExp(values: ArrayLike<number>): number {
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) return Number.NaN;
    if (value > highest) highest = value;
  }
  if (!Number.isFinite(highest)) return highest;
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.exp(values[i]! - highest);
  return highest + Math.log(total);
}

/** Probabilities e^{xᵢ}/Σ e^{xⱼ} `[n]`. */
export function softmax(values: ArrayLike<number>): Float64Array {
  const total = logSumExp(values);
  return Float64Array.from({ length: values.length }, (_, i) => Math.exp(values[i]! - total));
}
