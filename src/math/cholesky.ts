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
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      let value = matrix[row + j]!;
      for (let k = 0; k < j; k++) value -= lower[row + k]! * lower[other + k]!;
      lower[row + j] = value / lower[other + j]!;
    }
    let value = matrix[row + i]! + jitter;
    for (let k = 0; k < i; k++) value -= lower[row + k]! * lower[row + k]!;
    if (!(value > 0 && value < Infinity)) return null;
    lower[row + i] = Math.sqrt(value);
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
    const row = i * n;
    let value = y[i]!;
    for (let k = 0; k < i; k++) value -= lower[row + k]! * y[k]!;
    y[i] = value / lower[row + i]!;
  }
  return y;
}

/** Solves (A + jitter·I) x = b. @returns `[n]` */
export function choleskySolve(factors: Cholesky, b: ArrayLike<number>): Float64Array {
  const { lower, n } = factors;
  const x = solveLower(factors, b);
  for (let i = n - 1; i >= 0; i--) {
    let value = x[i]!;
    for (let k = i + 1; k < n; k++) value -= lower[k * n + i]! * x[k]!;
    x[i] = value / lower[i * n + i]!;
  }
  return x;
}

/** ln det(A + jitter·I) = 2 Σ ln Lᵢᵢ. */
export function choleskyLogDeterminant({ lower, n }: Cholesky): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += 2 * Math.log(lower[i * n + i]!);
  return total;
}
