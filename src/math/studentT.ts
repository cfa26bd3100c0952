import { incompleteBeta } from "./incompleteBeta.ts";
import { normalCdf } from "./normal.ts";

/**
 * Distribution function of Student's t: for t < 0, ½ I_{ν/(ν + t²)}(ν/2, ½), accurate in the tail.
 * @param t any number
 * @param degrees ν > 0, not only whole; Infinity is the normal law
 */
export function studentTCdf(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) return Number.NaN;
  if (degrees === Infinity) return normalCdf(t);
  if (t > 0) return 1 - studentTCdf(-t, degrees);
  if (t === -Infinity) return 0;
  const square = t * t;
  // Near t = 0 the complement 1 − ν/(ν + t²) would lose its digits: use I_y(½, ν/2) with y = t²/(ν + t²).
  return square < degrees
    ? 0.5 * (1 - incompleteBeta(square / (degrees + square), 0.5, degrees / 2))
    : 0.5 * incompleteBeta(degrees / (degrees + square), degrees / 2, 0.5);
}
