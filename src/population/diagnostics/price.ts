import { mean } from "../../math/index.ts";
import type { PriceTerms } from "../types.ts";

/**
 * Price's equation for one trait x over one event, exact for any N, selection and mutation:
 *
 *     Δ⟨x⟩ = Cov(k, x) / ⟨k⟩ + (1/N) Σ_children (x_child − x_parent)
 *
 * The first term is selection, the second transmission (mutation, clipping). ⟨k⟩ = 1, for N is constant.
 * @param before trait before the event `[N]`
 * @param after trait after the event `[N]`
 * @param parents position of each child's parent `[N]`
 * @param counts offspring of each parent `[N]`
 * @see Price 1970, Selection and Covariance
 */
export function price(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  parents: readonly number[],
  counts: readonly number[],
): PriceTerms {
  const n = before.length;
  const meanBefore = mean(before);
  let covariance = 0;
  let transmission = 0;
  for (let i = 0; i < n; i++) {
    covariance += ((counts[i]! - 1) * (before[i]! - meanBefore)) / n;
    transmission += (after[i]! - before[parents[i]!]!) / n;
  }
  return { change: mean(after) - meanBefore, selection: covariance, transmission };
}
