/** Eigenvalues (ascending) and orthonormal eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  readonly values: readonly number[];
  /** vectors[i] belongs to values[i]. */
  readonly vectors: readonly (readonly number[])[];
}

const SWEEPS = 60;

/** Cyclic Jacobi rotations: slow for large matrices, and as accurate as float64 allows for small ones. */
export function symmetricEigen(matrix: readonly (readonly number[])[]): SymmetricEigen {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p]![q]!;
        if (apq === 0) continue;
        off += apq * apq;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a, v, p, q, c, t * c, t);
      }
    }
    if (off === 0) break;
  }
  const order = a.map((_, i) => i).toSorted((i, j) => a[i]![i]! - a[j]![j]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v.map((row) => row[i]!)) };
}

function rotate(a: number[][], v: number[][], p: number, q: number, c: number, s: number, t: number): void {
  const apq = a[p]![q]!;
  a[p]![p]! -= t * apq;
  a[q]![q]! += t * apq;
  a[p]![q] = 0;
  a[q]![p] = 0;
  for (let k = 0; k < a.length; k++) {
    if (k !== p && k !== q) {
      const akp = a[k]![p]!;
      const akq = a[k]![q]!;
      a[k]![p] = c * akp - s * akq;
      a[p]![k] = a[k]![p]!;
      a[k]![q] = s * akp + c * akq;
      a[q]![k] = a[k]![q]!;
    }
    const vkp = v[k]![p]!;
    const vkq = v[k]![q]!;
    v[k]![p] = c * vkp - s * vkq;
    v[k]![q] = s * vkp + c * vkq;
  }
}
