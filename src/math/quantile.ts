/**
 * Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996): at position (n − 1)p.
 * @param values any order, not changed; NaN for no values or where one is NaN
 * @param probabilities each 0 … 1
 * @throws RangeError when a probability lies outside 0 … 1
 */
export function quantiles(values: ArrayLike<number>, probabilities: readonly number[]): number[] {
  // The typed array's sort puts NaN at the end.
  return quantilesOfSorted(Float64Array.from(values).sort(), probabilities);
}

/**
 * The same of values that are in order already, NaN last: several questions then share one sort.
 * @param sorted increasing
 */
export function quantilesOfSorted(sorted: ArrayLike<number>, probabilities: readonly number[]): number[] {
  const last = sorted.length - 1;
  return probabilities.map((p) => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: needs probabilities from 0 to 1, got ${p}`);
    if (last < 0 || Number.isNaN(sorted[last]!)) return Number.NaN;
    const position = last * p;
    const below = Math.floor(position);
    const low = sorted[below]!;
    const high = sorted[Math.min(below + 1, last)]!;
    const part = position - below;
    return part === 0 || low === high ? low : low + part * (high - low);
  });
}

/** One quantile; see `quantiles`. */
export function quantile(values: ArrayLike<number>, probability: number): number {
  return quantiles(values, [probability])[0]!;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
