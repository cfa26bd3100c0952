/**
 * Quartiles by linear interpolation between order statistics: position p (n − 1).
 * @returns `[0, 25, 50, 75, 100] %`; null for no values
 */
export function quartiles(values: readonly number[]): number[] | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return [0, 0.25, 0.5, 0.75, 1].map((p) => {
    const position = p * (sorted.length - 1);
    const below = Math.floor(position);
    const low = sorted[below]!;
    const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return low + (position - below) * (high - low);
  });
}
