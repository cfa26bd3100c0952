import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erf, erfc, normalCdf, normalPdf, normalQuantile } from "./index.ts";

const relative = (actual: number, exact: number): number => Math.abs(actual / exact - 1);

describe("erf and erfc", () => {
  it("agree with tabulated values to 1e-14 relative", () => {
    const table = [
      [0.1, 0.1124629160182849, 0.887537083981715],
      [0.5, 0.5204998778130465, 0.4795001221869535],
      [1, 0.8427007929497149, 0.15729920705028513],
      [2, 0.9953222650189527, 0.004677734981047266],
      [3, 0.9999779095030014, 2.209049699858544e-5],
      [6, 1, 2.1519736712498913e-17],
      [20, 1, 5.395865611607901e-176],
    ] as const;
    for (const [x, e, c] of table) {
      expect(relative(erf(x), e), `erf ${x}`).toBeLessThan(1e-14);
      expect(relative(erfc(x), c), `erfc ${x}`).toBeLessThan(1e-14);
      expect(relative(erf(-x), -e), `erf ${-x}`).toBeLessThan(1e-14);
      expect(relative(erfc(-x), 1 + e), `erfc ${-x}`).toBeLessThan(1e-14);
    }
    expect([erf(0), erfc(0), erfc(Infinity), erfc(-Infinity), erf(Infinity)]).toEqual([0, 1, 0, 2, 1]);
    expect(erfc(Number.NaN)).toBeNaN();
  });
});

describe("the standard normal law", () => {
  it("has the tabulated density, distribution function and quantiles", () => {
    expect(normalPdf(0)).toBeCloseTo(0.3989422804014327, 15);
    expect(relative(normalCdf(-5), 2.866515718791939e-7)).toBeLessThan(1e-14);
    expect(relative(normalCdf(1), 0.8413447460685429)).toBeLessThan(1e-14);
    expect(relative(normalQuantile(0.975), 1.959963984540054)).toBeLessThan(1e-14);
    expect(relative(normalQuantile(1e-10), -6.361340902404056)).toBeLessThan(1e-14);
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
    expect(normalQuantile(1.1)).toBeNaN();
  });

  it("has a quantile function that inverts the distribution function", () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: -0.302, noNaN: true }), (exponent) => {
        const p = 10 ** exponent;
        // dΦ/Φ = |x| dx for small p: an error of one ulp in x is |x|² ulps in Φ.
        const x = normalQuantile(p);
        expect(relative(normalCdf(x), p)).toBeLessThan(1e-15 * (20 + 2 * x * x));
      }),
    );
  });
});
