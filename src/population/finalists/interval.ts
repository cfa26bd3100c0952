import { findRoot, studentTCdf } from "../../math/index.ts";

/**
 * Quantile of Student's t, by inversion of its distribution function.
 * @param probability in (½, 1)
 * @param degrees ν ≥ 1
 */
export function studentTQuantile(probability: number, degrees: number): number {
  let high = 2;
  while (studentTCdf(high, degrees) < probability) high *= 2;
  return findRoot((t) => studentTCdf(t, degrees) - probability, 0, high);
}
