/** Eigenvalues in rising order, and orthonormal eigenvectors. */
export interface Eigen {
  /** `[n]`, rising. */
  readonly values: Float64Array;
  /** `[n, n]`: row k is the eigenvector of `values[k]`. */
  readonly vectors: Float64Array;
}

/**
 * The power of two below the largest entry. Divided by it, which is exact, no entry is so small that products of rotations
 * and entries underflow and rotations stop being orthogonal.
 */
export function scaleOf(...parts: readonly ArrayLike<number>[]): number {
  let largest = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) largest = Math.max(largest, Math.abs(part[i]!));
  }
  return largest > 0 && largest < Infinity ? 2 ** Math.floor(Math.log2(largest)) : 1;
}

/** Couplings below this, relative to the largest entry, are zero. */
export const negligibleCoupling = 1e-60;

/** Sorts eigenpairs; vectors come as rows. */
export function sortedEigen(values: ArrayLike<number>, rows: Float64Array): Eigen {
  const n = values.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const vectors = new Float64Array(n * n);
  for (const [k, i] of order.entries()) vectors.set(rows.subarray(i * n, (i + 1) * n), k * n);
  return { values: Float64Array.from(order, (i) => values[i]!), vectors };
}

/**
 * The symmetric eigenproblem A v = λ v by cyclic Jacobi rotations: small eigenvalues of positive definite matrices keep
 * their relative accuracy. For n up to a few hundred.
 * @param matrix `[n, n]` row-major, symmetric (the mean with the transpose is taken), finite
 * @throws RangeError when the size does not fit or an entry is not finite
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): Eigen {
  if (matrix.length !== n * n) {
    throw new RangeError(`symmetricEigen: needs ${n}×${n} = ${n * n} entries, got ${matrix.length}`);
  }
  const scale = scaleOf(matrix);
  const a = new Float64Array(n * n);
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    rows[i * n + i] = 1;
    for (let j = 0; j < n; j++) a[i * n + j] = (matrix[i * n + j]! / scale + matrix[j * n + i]! / scale) / 2;
  }
  if (!a.every(Number.isFinite)) throw new RangeError("symmetricEigen: needs finite entries");
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]!;
        const app = a[p * n + p]!;
        const aqq = a[q * n + q]!;
        const relative = 1e-17 * Math.sqrt(Math.abs(app)) * Math.sqrt(Math.abs(aqq));
        const negligible = Math.max(negligibleCoupling, relative);
        if (Math.abs(off) <= negligible) continue;
        rotated = true;
        // tan of the angle: the smaller root of t² + 2θt − 1 = 0, θ = (aqq − app)/(2 apq).
        const theta = (aqq - app) / (2 * off);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const kp = a[k * n + p]!;
          const kq = a[k * n + q]!;
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (let k = 0; k < n; k++) {
          const pk = a[p * n + k]!;
          const qk = a[q * n + k]!;
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
          const vp = rows[p * n + k]!;
          const vq = rows[q * n + k]!;
          rows[p * n + k] = c * vp - s * vq;
          rows[q * n + k] = s * vp + c * vq;
        }
        a[p * n + q] = 0;
        a[q * n + p] = 0;
      }
    }
    if (!rotated) break;
  }
  return sortedEigen(
    Float64Array.from({ length: n }, (_, i) => a[i * n + i]! * scale),
    rows,
  );
}
