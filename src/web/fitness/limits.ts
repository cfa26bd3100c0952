/** Limits of an axis around values, with a margin; never empty, and positive on a log axis. */
export function axisLimits(low: number, high: number, log: boolean): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return log ? [0.1, 10] : [0, 1];
  if (log) {
    const bottom = low > 0 ? low : high > 0 ? high / 1e6 : 0.1;
    const top = Math.max(bottom, high);
    const margin = Math.max(0.04 * Math.log10(top / bottom), 0.02);
    return [bottom * 10 ** -margin, top * 10 ** margin];
  }
  const margin = high > low ? 0.05 * (high - low) : Math.max(Math.abs(high) * 0.1, 1e-6);
  return [low - margin, high + margin];
}

/** Smallest and largest finite value (positive ones only for a log axis). */
export function extent(values: Iterable<number | null | undefined>, positive = false): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value == null || !Number.isFinite(value) || (positive && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
