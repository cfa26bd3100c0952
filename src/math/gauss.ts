import { tridiagonalEigen } from "./tridiagonal.ts";

/** Nodes and weights: ∫ f ≈ Σ wᵢ f(xᵢ). */
export interface QuadratureRule {
  /** `[n]`, rising. */
  readonly nodes: Float64Array;
  /** `[n]`, positive. */
  readonly weights: Float64Array;
}

function checkCount(n: number, name: string): void {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`${name}: needs n >= 1 nodes, got ${n}`);
}

/**
 * Gauss–Legendre quadrature on [a, b]: exact for polynomials up to degree 2n − 1. Newton's method on Pₙ, whose values
 * come from (k + 1)Pₖ₊₁ = (2k + 1)x Pₖ − k Pₖ₋₁.
 * @param n integer ≥ 1
 * @throws RangeError unless n is such an integer
 */
export function gaussLegendre(n: number, a = -1, b = 1): QuadratureRule {
  checkCount(n, "gaussLegendre");
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  const centre = (a + b) / 2;
  const half = (b - a) / 2;
  for (let i = 0; 2 * i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let round = 0; round < 100; round++) {
      let previous = 1;
      let value = x;
      for (let k = 1; k < n; k++) {
        const next = ((2 * k + 1) * x * value - k * previous) / (k + 1);
        previous = value;
        value = next;
      }
      slope = (n * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    if (2 * i === n - 1) x = 0;
    const weight = (2 * half) / ((1 - x * x) * slope * slope);
    nodes[i] = centre - half * x;
    nodes[n - 1 - i] = centre + half * x;
    weights[i] = weight;
    weights[n - 1 - i] = weight;
  }
  return { nodes, weights };
}

/**
 * Gauss–Hermite quadrature for the standard normal law: E f(Z) ≈ Σ wᵢ f(xᵢ), Σ wᵢ = 1, exact for polynomials up to degree
 * 2n − 1. Nodes are the eigenvalues of the Jacobi matrix with √k beside its diagonal (Golub and Welsch, 1969).
 * @param n integer ≥ 1
 * @throws RangeError unless n is such an integer
 */
export function gaussHermite(n: number): QuadratureRule {
  checkCount(n, "gaussHermite");
  const off = Array.from({ length: n - 1 }, (_, k) => Math.sqrt(k + 1));
  const { values, vectors } = tridiagonalEigen(new Float64Array(n), off);
  return { nodes: values, weights: Float64Array.from(values, (_, k) => vectors[k * n]! ** 2) };
}
