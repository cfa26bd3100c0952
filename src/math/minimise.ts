const golden = (Math.sqrt(5) - 1) / 2;

export interface Minimum {
  readonly x: number;
  readonly value: number;
}

/**
 * A minimum of f in [a, b] by golden-section search: always converges; to the minimum where f has only one there. x cannot be
 * known better than √ε relative to the curve's width.
 * @param tolerance width of the last interval. Default 1e-9 (b − a)
 */
export function minimise(
  f: (x: number) => number,
  a: number,
  b: number,
  tolerance = 1e-9 * Math.abs(b - a),
): Minimum {
  let [low, high] = a < b ? [a, b] : [b, a];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [fLeft, fRight] = [f(left), f(right)];
  while (high - low > tolerance && left < right) {
    if (fLeft <= fRight) {
      [high, right, fRight] = [right, left, fLeft];
      left = high - golden * (high - low);
      fLeft = f(left);
    } else {
      [low, left, fLeft] = [left, right, fRight];
      right = low + golden * (high - low);
      fRight = f(right);
    }
  }
  return fLeft <= fRight ? { x: left, value: fLeft } : { x: right, value: fRight };
}
