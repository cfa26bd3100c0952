/**
 * Folds a number into [0, 1] by the triangle wave of period 2: a path that reaches a wall comes back. The uniform
 * law stays uniform under "add symmetric noise, then reflect" (clipping would pile up mass at the walls).
 * @param x finite
 */
export function reflect(x: number): number {
  if (x >= 0 && x <= 1) return x;
  const phase = Math.abs(x) % 2;
  return phase <= 1 ? phase : 2 - phase;
}
