/** A lower triangular factor: L Lᵀ = A + jitter·I. */
export interface Cholesky {
  /** `[n, n]` row-major; zeros above the diagonal. */
  readonly lower: Float64Array;
  readonly n: number;
  /** What had to be added to the diagonal; 0 where A itself could be factored. */
  readonly jitter: number;
}

function factor(matrix: ArrayLike<number>, n: number, jitter: number): Float64Array | null {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * n + j]! + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) value -= lower[i * n + k]! * lower[j * n + k]!;
      if (i !== j) lower[i * n + j] = value / lower[j * n + j]!;
      else if (value > 0 && value < Infinity) lower[i * n + i] = Math.sqrt(value);
      else return null;
    }
  }
  return lower;
}

/**
 * Cholesky factor of a symmetric matrix. Where the matrix is not positive definite, growing multiples of its mean diagonal
 * are added: 0, 1e-14, 1e-13, … `maxJitter`.
 * @param matrix `[n, n]` row-major; only the lower triangle is read
 * @param maxJitter relative to the mean diagonal. Default 1e-6; 0 tries the matrix itself only
 * @returns null where even that is not positive definite, or an entry is not finite
 */
export function cholesky(matrix: ArrayLike<number>, n: number, maxJitter = 1e-6): Cholesky | null {
  if (matrix.length !== n * n) {
    throw new RangeError(`cholesky: needs ${n}×${n} = ${n * n} entries, got ${matrix.length}`);
  }
  let scale = 0;
  for (let i = 0; i < n; i++) scale += Math.abs(matrix[i * n + i]!) / n;
  if (!Number.isFinite(scale)) return null;
  for (let relative = 0; relative <= maxJitter * 1.0001; relative = relative === 0 ? 1e-14 : relative * 10) {
    const jitter = relative * scale;
    const lower = factor(matrix, n, jitter);
    if (lower !== null) return { lower, n, jitter };
  }
  return null;
}

/** Solves L y = b. @returns `[n]` */
export function solveLower({ lower, n }: Cholesky, b: ArrayLike<number>): Float64Array {
  const y = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) y[i]! -= lower[i * n + k]! * y[k]!;
    y[i]! /= lower[i * n + i]!;
  }
  return y;
}

/** Solves (A + jitter·I) x = b. @returns `[n]` */
export function choleskySolve(factors: Cholesky, b: ArrayLike<number>): Float64Array {
  const { lower, n } = factors;
  const x = solveLower(factors, b);
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}

/** ln det(A + jitter·I) = 2 Σ ln Lᵢᵢ. */
export function choleskyLogDeterminant({ lower, n }: Cholesky): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += 2 * Math.log(lower[i * n + i]!);
  return total;
}
