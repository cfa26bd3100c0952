import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solve, solveTridiagonal, symmetricEigen, tridiagonalEigen } from "./index.ts";

/** max |A v − λ v| and max |V Vᵀ − I| over all pairs. */
function residuals(matrix: ArrayLike<number>, values: Float64Array, vectors: Float64Array): number {
  const n = values.length;
  let worst = 0;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      let av = 0;
      let dot = 0;
      for (let j = 0; j < n; j++) {
        av += matrix[i * n + j]! * vectors[k * n + j]!;
        dot += vectors[k * n + j]! * vectors[i * n + j]!;
      }
      worst = Math.max(
        worst,
        Math.abs(av - values[k]! * vectors[k * n + i]!),
        Math.abs(dot - (i === k ? 1 : 0)),
      );
    }
  }
  return worst;
}

const entry = fc.double({ min: -1, max: 1, noNaN: true });

describe("symmetricEigen", () => {
  it("has the eigenvalues of known matrices", () => {
    const { values } = symmetricEigen([2, 1, 1, 2], 2);
    expect(values[0]).toBeCloseTo(1, 14);
    expect(values[1]).toBeCloseTo(3, 14);
    expect(Array.from(symmetricEigen([3, 0, 0, 0, 1, 0, 0, 0, 2], 3).values)).toEqual([1, 2, 3]);
    expect(Array.from(symmetricEigen([0, 1, 1, 0], 2).values)).toEqual([
      expect.closeTo(-1, 14),
      expect.closeTo(1, 14),
    ]);
    // The 6×6 Hilbert matrix has condition 1.5e7; its smallest eigenvalue is 1.0827994845655498e-7.
    const hilbert = Array.from({ length: 36 }, (_, ij) => 1 / (Math.floor(ij / 6) + (ij % 6) + 1));
    expect(symmetricEigen(hilbert, 6).values[0]! / 1.0827994845655498e-7).toBeCloseTo(1, 8);
    expect(() => symmetricEigen([1, Number.NaN, 0, 1], 2)).toThrow("needs finite entries");
  });

  it("gives orthonormal vectors with A v = λ v", () => {
    const square = fc
      .integer({ min: 1, max: 8 })
      .chain((n) => fc.tuple(fc.constant(n), fc.array(entry, { minLength: n * n, maxLength: n * n })));
    fc.assert(
      fc.property(square, ([n, b]) => {
        const a = b.map((value, ij) => (value + b[(ij % n) * n + Math.floor(ij / n)]!) / 2);
        const { values, vectors } = symmetricEigen(a, n);
        expect(residuals(a, values, vectors)).toBeLessThan(1e-13);
        expect(Array.from(values)).toEqual(Array.from(values).toSorted((x, y) => x - y));
      }),
    );
  });
});

describe("tridiagonal matrices", () => {
  it("the second difference has the eigenvalues 2 − 2cos(kπ/(n + 1))", () => {
    const n = 40;
    const { values } = tridiagonalEigen(new Float64Array(n).fill(2), new Float64Array(n - 1).fill(-1));
    values.forEach((value, k) =>
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13),
    );
  });

  it("agree with Jacobi's method, also where they split", () => {
    // Zeros and entries of every size down to the smallest number.
    const some = fc.oneof(entry, fc.constantFrom(0, 0, 5e-324, 1e-300, 1e-200, 1e-61, 1e-59, 1e-16));
    const bands = fc
      .integer({ min: 1, max: 10 })
      .chain((n) =>
        fc.tuple(
          fc.array(some, { minLength: n, maxLength: n }),
          fc.array(some, { minLength: n - 1, maxLength: n - 1 }),
        ),
      );
    fc.assert(
      fc.property(bands, ([d, e]) => {
        const n = d.length;
        const a = new Float64Array(n * n);
        d.forEach((value, i) => {
          a[i * n + i] = value;
        });
        e.forEach((value, i) => {
          a[i * n + i + 1] = value;
          a[(i + 1) * n + i] = value;
        });
        const { values, vectors } = tridiagonalEigen(d, e);
        expect(residuals(a, values, vectors)).toBeLessThan(1e-13);
        symmetricEigen(a, n).values.forEach((value, k) => expect(values[k]).toBeCloseTo(value, 12));
      }),
    );
    expect(() => tridiagonalEigen([1, 2], [])).toThrow("needs 1 entries beside 2 on the diagonal, got 0");
  });

  it("solve as dense elimination does", () => {
    const lower = [9, -1, -0.5, 0.25];
    const diagonal = [2, 3, 2.5, 2];
    const upper = [0.5, 1, -1, 9];
    const dense = [2, 0.5, 0, 0, -1, 3, 1, 0, 0, -0.5, 2.5, -1, 0, 0, 0.25, 2];
    const right = [1, 2, 3, 4];
    const x = solveTridiagonal(lower, diagonal, upper, right);
    solve(dense, right)!.forEach((value, i) => expect(x[i]).toBeCloseTo(value, 14));
    expect(Array.from(solveTridiagonal([0], [4], [0], [8]))).toEqual([2]);
  });
});
