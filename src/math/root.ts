export interface RootOptions {
  /** Absolute error of x to reach. Default 1e-14, beyond the rounding of x itself. */
  readonly tolerance?: number;
}

/**
 * A root of f between a and b by Brent's method: inverse quadratic interpolation, bisection where that does not close in.
 * @param a, b ends at which f has different signs
 * @throws RangeError when f has the same sign at both ends, or is NaN
 */
export function findRoot(f: (x: number) => number, a: number, b: number, options: RootOptions = {}): number {
  const { tolerance = 1e-14 } = options;
  // b is the best guess, [b, c] brackets the root, a is the guess before b.
  let [fa, fb] = [f(a), f(b)];
  if (!(Math.sign(fa) * Math.sign(fb) <= 0)) {
    throw new RangeError(`findRoot: needs different signs at the ends, got f(${a}) = ${fa}, f(${b}) = ${fb}`);
  }
  let [c, fc] = [a, fa];
  let step = b - a;
  let before = step;
  for (let round = 0; round < 1000; round++) {
    if (Math.sign(fb) === Math.sign(fc)) {
      [c, fc] = [a, fa];
      step = b - a;
      before = step;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const least = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= least || fb === 0) return b;
    if (Math.abs(before) < least || Math.abs(fa) <= Math.abs(fb)) {
      step = half;
      before = half;
    } else {
      const s = fb / fa;
      let p: number;
      let q: number;
      if (a === c) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const r = fb / fc;
        const t = fa / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      if (2 * p < Math.min(3 * half * q - Math.abs(least * q), Math.abs(before * q))) {
        before = step;
        step = p / q;
      } else {
        step = half;
        before = half;
      }
    }
    [a, fa] = [b, fb];
    b += Math.abs(step) > least ? step : Math.sign(half) * least;
    fb = f(b);
    if (Number.isNaN(fb)) throw new RangeError(`findRoot: f(${b}) is NaN`);
  }
  return b;
}
