import type { Stream } from "../../random/index.ts";
import type { Distribution } from "../../space/index.ts";

/** Bisections that resolve a coordinate of [0, 1] to the last bit. */
const BISECTIONS = 54;

/**
 * One of the two values of a numeric, discrete law around a number, drawn so that the mean is the number: the upper
 * one with probability (target − below) / (above − below). Beyond the ends it is the end. (The nearest value instead
 * would leave values of a grid that no factor ever reaches.)
 * @param target finite
 */
export function roundAtRandom(distribution: Distribution, target: number, draws: Stream): number {
  let low = 0;
  let high = 1;
  const at = (unit: number): number => Number(distribution.decode(unit));
  if (target <= at(low)) return at(low);
  if (target >= at(high)) return at(high);
  if (distribution.topology === "integer") return Math.floor(target + draws.uniform());
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (at(middle) <= target) low = middle;
    else high = middle;
  }
  const below = at(low);
  const above = at(high);
  return below === target || draws.uniform() >= (target - below) / (above - below) ? below : above;
}
