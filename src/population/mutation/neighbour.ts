import type { Stream } from "../../random/index.ts";
import type { Distribution, Value } from "../../space/index.ts";

/** Bisections that resolve a coordinate of [0, 1] to the last bit. */
const BISECTIONS = 54;

/**
 * The next value of a discrete, ordered law in one direction; null at the end of its range. Whole numbers are counted
 * on; other values are found by bisection of `decode`, which needs nothing but that decoding is monotone.
 * @param direction +1 towards coordinate 1, −1 towards coordinate 0
 */
export function neighbour(distribution: Distribution, value: Value, direction: 1 | -1): Value | null {
  if (distribution.topology === "integer" && typeof value === "number") {
    return distribution.contains(value + direction) ? value + direction : null;
  }
  let same = distribution.encode(value);
  let other = direction === 1 ? 1 : 0;
  if (distribution.decode(other) === value) return null;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (same + other) / 2;
    if (middle === same || middle === other) break;
    if (distribution.decode(middle) === value) same = middle;
    else other = middle;
  }
  return distribution.decode(other);
}

/** One step in `direction`, or one step back from the wall when there is none: moves wherever a move exists. */
export function mustStep(distribution: Distribution, value: Value, direction: 1 | -1): Value {
  return (
    neighbour(distribution, value, direction) ??
    neighbour(distribution, value, direction === 1 ? -1 : 1) ??
    value
  );
}

/**
 * Ordered categories: with probability `probability` one step up or down, each with chance 1/2, reflected at the ends
 * (a step over the end stays). Its matrix is symmetric, so the uniform law is invariant.
 */
export function moveOrdered(
  distribution: Distribution,
  value: Value,
  draws: Stream,
  probability: number,
): Value {
  if (draws.uniform() >= probability) return value;
  return neighbour(distribution, value, draws.uniform() < 0.5 ? -1 : 1) ?? value;
}

/** Unordered categories: with probability `probability` uniformly one of the K−1 other values. */
export function moveUnordered(
  distribution: Distribution,
  value: Value,
  draws: Stream,
  probability: number,
): Value {
  const count = distribution.cardinality;
  if (count < 2 || draws.uniform() >= probability) return value;
  const current = Math.min(count - 1, Math.floor(distribution.encode(value) * count));
  const drawn = draws.integer(count - 1);
  return distribution.decode(((drawn < current ? drawn : drawn + 1) + 0.5) / count);
}
