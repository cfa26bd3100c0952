import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cholesky,
  choleskyLogDeterminant,
  choleskySolve,
  lu,
  luDeterminant,
  solve,
  solveLower,
} from "./index.ts";

const entry = fc.double({ min: -1, max: 1, noNaN: true });
const square = fc
  .integer({ min: 1, max: 8 })
  .chain((n) => fc.record({ n: fc.constant(n), b: fc.array(entry, { minLength: n * n, maxLength: n * n }) }));

/** B Bᵀ + I, positive definite. */
function definite(n: number, b: readonly number[]): Float64Array {
  return Float64Array.from({ length: n * n }, (_, ij) => {
    const i = Math.floor(ij / n);
    const j = ij % n;
    let value = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) value += b[i * n + k]! * b[j * n + k]!;
    return value;
  });
}

function times(a: ArrayLike<number>, x: ArrayLike<number>): number[] {
  const n = x.length;
  return Array.from({ length: n }, (_, i) => {
    let value = 0;
    for (let k = 0; k < n; k++) value += a[i * n + k]! * x[k]!;
    return value;
  });
}

describe("cholesky", () => {
  it("factors a known matrix", () => {
    const factors = cholesky([4, 12, -16, 12, 37, -43, -16, -43, 98], 3)!;
    expect(Array.from(factors.lower)).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
    expect(factors.jitter).toBe(0);
    expect(choleskyLogDeterminant(factors)).toBeCloseTo(Math.log(36), 13);
    expect(Array.from(solveLower(factors, [2, 7, 0]))).toEqual([1, 1, 1]);
  });

  it("solves A x = b for positive definite A, as elimination does", () => {
    fc.assert(
      fc.property(square, ({ n, b }) => {
        const a = definite(n, b);
        const right = Float64Array.from({ length: n }, (_, i) => i - 1.5);
        const x = choleskySolve(cholesky(a, n)!, right);
        times(a, x).forEach((value, i) => expect(value).toBeCloseTo(right[i]!, 11));
        solve(a, right)!.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 11));
      }),
    );
  });

  it("says no, or what jitter it took", () => {
    expect(cholesky([1, 2, 2, 1], 2)).toBeNull();
    expect(cholesky([1, Number.NaN, Number.NaN, 1], 2)).toBeNull();
    expect(cholesky([1, 1, 1, 1], 2, 0)).toBeNull();
    const singular = cholesky([1, 1, 1, 1], 2)!;
    expect(singular.jitter).toBeGreaterThan(0);
    expect(singular.jitter).toBeLessThanOrEqual(1e-12);
    expect(() => cholesky([1, 2], 2)).toThrow("cholesky: needs 2×2 = 4 entries, got 2");
  });
});

describe("lu", () => {
  it("solves with a zero pivot, has the determinant, and knows a singular matrix", () => {
    expect(Array.from(solve([0, 1, 1, 0], [2, 3])!)).toEqual([3, 2]);
    expect(luDeterminant(lu([0, 1, 1, 0], 2)!)).toBe(-1);
    expect(luDeterminant(lu([2, -3, 1, 2, 0, -1, 1, 4, 5], 3)!)).toBeCloseTo(49, 12);
    expect(lu([1, 2, 2, 4], 2)).toBeNull();
    expect(lu([1, Number.NaN, 0, 1], 2)).toBeNull();
    expect(solve([0], [1])).toBeNull();
  });
});
