/** P A = L U with row exchanges. */
export interface LU {
  /** `[n, n]` row-major: U on and above the diagonal, L below it (its diagonal of ones is not stored). */
  readonly factors: Float64Array;
  /** Row of A that stands in row i of P A. */
  readonly order: Int32Array;
  readonly n: number;
  /** +1 or −1: the sign of the permutation. */
  readonly sign: 1 | -1;
}

/**
 * LU factors of a square matrix, by Gaussian elimination with partial pivoting.
 * @param matrix `[n, n]` row-major
 * @returns null where the matrix is singular or an entry is not finite
 */
export function lu(matrix: ArrayLike<number>, n: number): LU | null {
  if (matrix.length !== n * n)
    throw new RangeError(`lu: needs ${n}×${n} = ${n * n} entries, got ${matrix.length}`);
  const a = Float64Array.from(matrix);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    const head = a[pivot * n + k]!;
    if (head === 0 || !Number.isFinite(head)) return null;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const held = a[k * n + j]!;
        a[k * n + j] = a[pivot * n + j]!;
        a[pivot * n + j] = held;
      }
      const row = order[k]!;
      order[k] = order[pivot]!;
      order[pivot] = row;
      sign = sign === 1 ? -1 : 1;
    }
    for (let i = k + 1; i < n; i++) {
      const multiplier = a[i * n + k]! / head;
      if (multiplier === 0) continue;
      a[i * n + k] = multiplier;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= multiplier * a[k * n + j]!;
    }
  }
  return a.every(Number.isFinite) ? { factors: a, order, n, sign } : null;
}

/** Solves A x = b from the factors of A. @returns `[n]` */
export function luSolve({ factors, order, n }: LU, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(order, (row) => b[row]!);
  for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) x[i]! -= factors[i * n + k]! * x[k]!;
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factors[i * n + k]! * x[k]!;
    x[i]! /= factors[i * n + i]!;
  }
  return x;
}

/**
 * Solves A x = b.
 * @param matrix `[n, n]` row-major
 * @param b `[n]`
 * @returns `[n]`, or null where A is singular
 */
export function solve(matrix: ArrayLike<number>, b: ArrayLike<number>): Float64Array | null {
  const factors = lu(matrix, b.length);
  return factors === null ? null : luSolve(factors, b);
}

/** det A from the factors of A. */
export function luDeterminant({ factors, n, sign }: LU): number {
  let product: number = sign;
  for (let i = 0; i < n; i++) product *= factors[i * n + i]!;
  return product;
}
