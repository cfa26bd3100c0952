import { mean, variance } from "./moments.ts";
import { studentTCdf } from "./studentT.ts";

/** Outcome of a test that compares two samples. */
export interface WelchTest {
  /** (x̄ − ȳ)/√(s²ₓ/n + s²ᵧ/m): positive where x is larger. */
  readonly t: number;
  /** Welch–Satterthwaite degrees of freedom. */
  readonly degrees: number;
  /** P(T ≥ t) if the means are equal: small where x is larger. */
  readonly greater: number;
  /** P(|T| ≥ |t|) if the means are equal. */
  readonly twoSided: number;
}

/**
 * Welch's t-test for two samples of unequal variances.
 * @param x, y each at least 2 finite values
 * @returns null where the test cannot say anything: fewer than 2 values, values that are not finite. Two samples without
 * any variance have t = ±Infinity, or t = 0 with p-values 0.5 and 1 where they are equal.
 */
export function welchT(x: ArrayLike<number>, y: ArrayLike<number>): WelchTest | null {
  const n = x.length;
  const m = y.length;
  if (n < 2 || m < 2) return null;
  const difference = mean(x) - mean(y);
  const a = variance(x) / n;
  const b = variance(y) / m;
  const error = a + b;
  if (!Number.isFinite(difference) || !Number.isFinite(error)) return null;
  if (error === 0) {
    if (difference === 0) return { t: 0, degrees: n + m - 2, greater: 0.5, twoSided: 1 };
    const larger = difference > 0;
    return { t: larger ? Infinity : -Infinity, degrees: n + m - 2, greater: larger ? 0 : 1, twoSided: 0 };
  }
  const t = difference / Math.sqrt(error);
  // (a + b)²/(a²/(n−1) + b²/(m−1)) in the parts' shares, which cannot overflow or vanish.
  const share = a / error;
  const degrees = 1 / ((share * share) / (n - 1) + ((1 - share) * (1 - share)) / (m - 1));
  return {
    t,
    degrees,
    greater: studentTCdf(-t, degrees),
    twoSided: Math.min(1, 2 * studentTCdf(-Math.abs(t), degrees)),
  };
}
