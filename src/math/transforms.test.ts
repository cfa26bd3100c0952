import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dct, fft, inverseDct, inverseFft } from "./index.ts";

const entry = fc.double({ min: -1, max: 1, noNaN: true });
const sequence = fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 70 });

describe("fft", () => {
  it("equals the defining sum, for every length", () => {
    fc.assert(
      fc.property(sequence, (pairs) => {
        const n = pairs.length;
        const re = pairs.map(([a]) => a);
        const im = pairs.map(([, b]) => b);
        const result = fft(re, im);
        for (let k = 0; k < n; k++) {
          let [sr, si] = [0, 0];
          for (let j = 0; j < n; j++) {
            const angle = (-2 * Math.PI * ((j * k) % n)) / n;
            sr += re[j]! * Math.cos(angle) - im[j]! * Math.sin(angle);
            si += re[j]! * Math.sin(angle) + im[j]! * Math.cos(angle);
          }
          expect(Math.hypot(result.re[k]! - sr, result.im[k]! - si)).toBeLessThan(1e-12);
        }
        const back = inverseFft(result.re, result.im);
        for (let j = 0; j < n; j++)
          expect(Math.hypot(back.re[j]! - re[j]!, back.im[j]! - im[j]!)).toBeLessThan(1e-13);
      }),
    );
    expect(fft([]).re).toHaveLength(0);
    expect(() => fft([1], [1, 2])).toThrow("fft: needs as many imaginary as real parts, got 2 and 1");
  });

  it("keeps the energy (Parseval) at length 4096 and at length 4099, a prime", () => {
    for (const n of [4096, 4099]) {
      const x = Float64Array.from({ length: n }, (_, j) => Math.sin(j * j));
      const { re, im } = fft(x);
      const energy = (v: Float64Array): number => v.reduce((total, value) => total + value * value, 0);
      expect((energy(re) + energy(im)) / n / energy(x)).toBeCloseTo(1, 12);
    }
  });
});

describe("dct", () => {
  it("equals the defining sum and is undone by its inverse, for every length", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 50 }), (x) => {
        const n = x.length;
        const X = dct(x);
        for (let k = 0; k < n; k++) {
          let value = 0;
          for (let j = 0; j < n; j++) value += x[j]! * Math.cos((Math.PI * (j + 0.5) * k) / n);
          expect(X[k]).toBeCloseTo(value, 12);
        }
        inverseDct(X).forEach((value, j) => expect(value).toBeCloseTo(x[j]!, 13));
      }),
    );
  });

  it("turns the second difference with reflecting ends into multiplication by 2cos(πk/n) − 2", () => {
    const n = 12;
    const x = Array.from({ length: n }, (_, j) => Math.exp(-j / 3));
    const laplacian = x.map((value, j) => (x[j - 1] ?? value) - 2 * value + (x[j + 1] ?? value));
    const X = dct(x);
    dct(laplacian).forEach((value, k) => {
      expect(value).toBeCloseTo((2 * Math.cos((Math.PI * k) / n) - 2) * X[k]!, 13);
    });
  });
});
