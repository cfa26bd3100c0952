import { type Eigen, negligibleCoupling, scaleOf, sortedEigen } from "./symmetricEigen.ts";

/**
 * Solves a tridiagonal system by elimination without exchanges: stable for diagonally dominant or symmetric positive
 * definite matrices.
 * @param lower `[n]`: lower[i] stands left of diagonal[i]; lower[0] is not read
 * @param diagonal `[n]`
 * @param upper `[n]`: upper[i] stands right of diagonal[i]; upper[n−1] is not read
 * @param right `[n]`
 * @returns `[n]`
 */
export function solveTridiagonal(
  lower: ArrayLike<number>,
  diagonal: ArrayLike<number>,
  upper: ArrayLike<number>,
  right: ArrayLike<number>,
): Float64Array {
  const n = diagonal.length;
  const c = new Float64Array(n);
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const below = i === 0 ? 0 : lower[i]!;
    const pivot = diagonal[i]! - below * (i === 0 ? 0 : c[i - 1]!);
    c[i] = i === n - 1 ? 0 : upper[i]! / pivot;
    x[i] = (right[i]! - below * (i === 0 ? 0 : x[i - 1]!)) / pivot;
  }
  for (let i = n - 2; i >= 0; i--) x[i]! -= c[i]! * x[i + 1]!;
  return x;
}

/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by the implicit QL method with Wilkinson's shift.
 * O(n²) for the values, O(n³) with vectors.
 * @param diagonal `[n]`, finite
 * @param off `[n − 1]`: entry k couples k and k + 1
 * @throws RangeError when sizes do not fit, or the iteration does not end (entries that are not finite)
 */
export function tridiagonalEigen(diagonal: ArrayLike<number>, off: ArrayLike<number>): Eigen {
  const n = diagonal.length;
  if (off.length !== Math.max(0, n - 1)) {
    throw new RangeError(
      `tridiagonalEigen: needs ${n - 1} entries beside ${n} on the diagonal, got ${off.length}`,
    );
  }
  const scale = scaleOf(diagonal, off);
  const d = Float64Array.from(diagonal, (value) => value / scale);
  const e = new Float64Array(n);
  e.set(Array.from(off, (value) => value / scale));
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  for (let l = 0; l < n; l++) {
    for (let round = 0; ; round++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Math.max(Number.EPSILON * size, negligibleCoupling)) break;
        m++;
      }
      if (m === l) break;
      if (round === 60) throw new RangeError("tridiagonalEigen: does not converge; needs finite entries");
      const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      const root = Math.hypot(half, 1);
      let g = d[m]! - d[l]! + e[l]! / (half + (half >= 0 ? root : -root));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          // The matrix has split: take back the shift and look for the block again.
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        const shifted = d[i + 1]! - p;
        const t = (d[i]! - shifted) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = shifted + p;
        g = c * t - b;
        for (let k = 0; k < n; k++) {
          const upper = rows[(i + 1) * n + k]!;
          const under = rows[i * n + k]!;
          rows[(i + 1) * n + k] = s * under + c * upper;
          rows[i * n + k] = c * under - s * upper;
        }
      }
      if (i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return sortedEigen(
    d.map((value) => value * scale),
    rows,
  );
}
