const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);
const oneOverSqrtPi = 1 / Math.sqrt(Math.PI);

/** exp(−x²) without the error that rounding x² would bring for large x: x² = h² + (x−h)(x+h), h² exact. */
function expMinusSquare(x: number): number {
  const h = Math.fround(x);
  return Math.exp(-h * h) * Math.exp(-(x - h) * (x + h));
}

/** erf x = 2/√π · x e^{−x²} Σ (2x²)ⁿ/(2n+1)!!: all terms positive, so nothing cancels. */
function series(x: number): number {
  const square = 2 * x * x;
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= square / (2 * n + 1);
    sum += term;
  }
  return twoOverSqrtPi * x * expMinusSquare(x) * sum;
}

/** erfc x for x ≥ 1 by the continued fraction e^{−x²}/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the bottom. */
function continuedFraction(x: number): number {
  const terms = Math.ceil(30 + 170 / (x * x));
  let tail = x;
  for (let n = terms; n >= 1; n--) tail = x + n / 2 / tail;
  return (oneOverSqrtPi * expMinusSquare(x)) / tail;
}

/**
 * The error function, 2/√π ∫₀ˣ e^{−t²} dt, to about 1e-15.
 * @param x any number; NaN gives NaN
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < 0) return -erf(-x);
  return x < 1 ? series(x) : 1 - erfc(x);
}

/**
 * The complementary error function, 1 − erf x, with full relative accuracy in the upper tail.
 * @param x any number; NaN gives NaN
 */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 27.3) return 0;
  if (x < -6) return 2;
  if (x <= -1) return 2 - continuedFraction(-x);
  return x < 1 ? 1 - series(x) : continuedFraction(x);
}
