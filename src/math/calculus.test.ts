import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findRoot,
  gaussHermite,
  gaussLegendre,
  integrate,
  lambertW,
  minimise,
  normalPdf,
  trapezoid,
} from "./index.ts";

describe("quadrature", () => {
  it("gaussLegendre is exact up to degree 2n − 1, on any interval", () => {
    for (const n of [1, 2, 3, 5, 16, 41]) {
      const { nodes, weights } = gaussLegendre(n, -1, 2);
      for (let degree = 0; degree <= Math.min(2 * n - 1, 30); degree++) {
        const value = nodes.reduce((total, x, i) => total + weights[i]! * x ** degree, 0);
        const exact = (2 ** (degree + 1) - (-1) ** (degree + 1)) / (degree + 1);
        expect(value / exact, `n ${n}, degree ${degree}`).toBeCloseTo(1, 12);
      }
      expect(Array.from(nodes)).toEqual(Array.from(nodes).toSorted((a, b) => a - b));
    }
    expect(gaussLegendre(3).nodes[2]).toBeCloseTo(Math.sqrt(0.6), 15);
    expect(gaussLegendre(3).weights[1]).toBeCloseTo(8 / 9, 15);
    expect(() => gaussLegendre(0)).toThrow("gaussLegendre: needs n >= 1 nodes, got 0");
  });

  it("gaussHermite has the moments of the standard normal law", () => {
    const { nodes, weights } = gaussHermite(12);
    const moments = [1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945];
    moments.forEach((exact, degree) => {
      const value = nodes.reduce((total, x, i) => total + weights[i]! * x ** degree, 0);
      expect(Math.abs(value - exact)).toBeLessThan(1e-12 * Math.max(1, exact));
    });
    // E cos Z = e^{−1/2}
    const cosine = nodes.reduce((total, x, i) => total + weights[i]! * Math.cos(x), 0);
    expect(cosine).toBeCloseTo(Math.exp(-0.5), 12);
  });

  it("trapezoid converges with h² in general and much faster for functions that vanish at the ends", () => {
    const on = (f: (x: number) => number, n: number): number =>
      trapezoid(
        Array.from({ length: n + 1 }, (_, i) => f(i / n)),
        1 / n,
      );
    const order = Math.log2((on(Math.exp, 20) - (Math.E - 1)) / (on(Math.exp, 40) - (Math.E - 1)));
    expect(order).toBeCloseTo(2, 2);
    const grid = Array.from({ length: 41 }, (_, i) => normalPdf(-8 + 0.4 * i));
    expect(trapezoid(grid, 0.4)).toBeCloseTo(1, 14);
    expect(trapezoid([3], 1)).toBe(0);
  });

  it("integrate reaches its tolerance on smooth, narrow and reversed integrals", () => {
    expect(integrate(Math.exp, 0, 1)).toBeCloseTo(Math.E - 1, 11);
    expect(integrate((x) => 1 / (1e-4 + x * x), -1, 1, { tolerance: 1e-9 })).toBeCloseTo(
      200 * Math.atan(100),
      8,
    );
    expect(integrate(Math.exp, 1, 0)).toBeCloseTo(1 - Math.E, 11);
    expect(integrate(Math.sqrt, 0, 1)).toBeCloseTo(2 / 3, 9);
    expect(() => integrate((x) => 1 / x, 0, 1)).toThrow("integrate: does not reach 1e-10");
  });
});

describe("findRoot and minimise", () => {
  it("find known roots to the last digits", () => {
    expect(findRoot(Math.cos, 1, 2)).toBeCloseTo(Math.PI / 2, 14);
    expect(findRoot((x) => x ** 3 - 2 * x - 5, 2, 3)).toBeCloseTo(2.0945514815423265, 14);
    expect(findRoot((x) => (x - 0.3) ** 9, -5, 1)).toBeCloseTo(0.3, 1);
    expect(findRoot((x) => Math.sign(x - 0.7), 0, 1)).toBeCloseTo(0.7, 13);
    expect(findRoot((x) => x, 0, 1)).toBe(0);
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow(
      "findRoot: needs different signs at the ends, got f(-1) = 2, f(1) = 2",
    );
    expect(() => findRoot(() => Number.NaN, -1, 1)).toThrow("needs different signs");
  });

  it("find the root of every monotone cubic", () => {
    const c = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(c, (root) => {
        expect(findRoot((x) => (x - root) ** 3 + (x - root), -11, 11)).toBeCloseTo(root, 12);
      }),
    );
  });

  it("find a minimum inside and at an end", () => {
    const inside = minimise((x) => (x - 1.5) ** 2 + 2, -4, 9);
    expect(inside.x).toBeCloseTo(1.5, 7);
    expect(inside.value).toBeCloseTo(2, 14);
    expect(minimise((x) => x, 0, 1).x).toBeCloseTo(0, 8);
    expect(minimise(Math.cos, 4, 2).x).toBeCloseTo(Math.PI, 7);
  });
});

describe("lambertW", () => {
  it("has its values on both branches", () => {
    const table = [
      [1, 0.5671432904097838],
      [10, 1.7455280027406994],
      [1e5, 9.28457142862211],
      [-0.3, -0.4894022271802149],
      [-0.367, -0.9323991847479282],
      [0.01, 0.00990147384359501],
    ] as const;
    for (const [x, w] of table) expect(lambertW(x) / w, `${x}`).toBeCloseTo(1, 13);
    expect(lambertW(-0.3, -1) / -1.7813370234216277).toBeCloseTo(1, 14);
    expect(lambertW(-0.367, -1) / -1.070791886768052).toBeCloseTo(1, 12);
    expect([lambertW(0), lambertW(Infinity), lambertW(-1), lambertW(0.1, -1), lambertW(0, -1)]).toEqual([
      0,
      Infinity,
      Number.NaN,
      Number.NaN,
      -Infinity,
    ]);
    expect(lambertW(-1 / Math.E)).toBeCloseTo(-1, 7);
  });

  it("inverts w eʷ", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.99, max: 500, noNaN: true }),
        fc.double({ min: -600, max: -1.01, noNaN: true }),
        (w, v) => {
          expect(Math.abs(lambertW(w * Math.exp(w)) - w)).toBeLessThan(1e-11 * Math.max(1, Math.abs(w)));
          expect(lambertW(v * Math.exp(v), -1) / v).toBeCloseTo(1, 11);
        },
      ),
      { numRuns: 500 },
    );
  });
});
