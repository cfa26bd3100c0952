import { describe, expect, it } from "vitest";
import { type Derivative, dormandPrince, rk4, stiffOde } from "../index.ts";

/** With explicit time: y = e^{sin t} solves y' = y cos t, y(0) = 1. */
const smooth: Derivative = (t, y, into) => {
  into[0] = y[0]! * Math.cos(t);
};
const smoothAt = (t: number): number => Math.exp(Math.sin(t));

const oscillator: Derivative = (_, y, into) => {
  into[0] = y[1]!;
  into[1] = -y[0]!;
};

/** Measured order: slope of log error against log step between two numbers of steps. */
function order(error: (steps: number) => number, coarse: number, fine: number): number {
  return Math.log(error(coarse) / error(fine)) / Math.log(fine / coarse);
}

describe("rk4", () => {
  it("has order 4", () => {
    const error = (steps: number): number => Math.abs(rk4(smooth, [1], 0, 2, steps)[0]! - smoothAt(2));
    expect(order(error, 40, 80)).toBeCloseTo(4, 1);
    expect(error(320)).toBeLessThan(2e-11);
    expect(() => rk4(smooth, [1], 0, 1, 0)).toThrow("rk4: needs steps >= 1, got 0");
  });
});

describe("dormandPrince", () => {
  it("has order 5 with fixed steps", () => {
    const error = (steps: number): number => {
      // A tolerance that accepts everything leaves maxStep in charge.
      const options = { rtol: 1e9, atol: 1e9, firstStep: 2 / steps, maxStep: 2 / steps };
      const solution = dormandPrince(smooth, [1], 0, [2], options);
      expect(solution.steps).toBe(steps);
      return Math.abs(solution.states[0]![0]! - smoothAt(2));
    };
    expect(order(error, 32, 64)).toBeGreaterThan(4.8);
    expect(order(error, 32, 64)).toBeLessThan(5.4);
  });

  it("keeps to its tolerance over ten periods, and hits each time asked for", () => {
    const times = [0, 1, 2.5, 20 * Math.PI];
    for (const rtol of [1e-4, 1e-6, 1e-8, 1e-10]) {
      const { states } = dormandPrince(oscillator, [1, 0], 0, times, { rtol, atol: rtol });
      // The error per step is held; over 63 units of time some hundreds of them add up.
      states.forEach((y, i) => {
        expect(Math.abs(y[0]! - Math.cos(times[i]!))).toBeLessThan(300 * rtol);
        expect(Math.abs(y[1]! + Math.sin(times[i]!))).toBeLessThan(300 * rtol);
      });
    }
  });

  it("runs backwards, and says where a solution ends", () => {
    const back = dormandPrince(smooth, [smoothAt(1)], 1, [0.5, 0], { rtol: 1e-9 });
    expect(back.states[0]![0]).toBeCloseTo(smoothAt(0.5), 8);
    expect(back.states[1]![0]).toBeCloseTo(1, 8);
    const blowUp: Derivative = (_, y, into) => {
      into[0] = y[0]! ** 2;
    };
    expect(() => dormandPrince(blowUp, [1], 0, [2])).toThrow(/dormandPrince: .* t = (1|0\.99999)/);
    expect(() => dormandPrince(smooth, [1], 0, [1, 0.5])).toThrow(
      "needs times in order from 0, got 0.5 after 1",
    );
    expect(() => dormandPrince(oscillator, [1, 0], 0, [1e6], { maxSteps: 50 })).toThrow("more than 50 steps");
  });
});

describe("stiffOde", () => {
  it.each([2, 4, 6])("has order %i with as many columns, for problems that depend on time", (columns) => {
    const error = (steps: number): number => {
      const options = { rtol: 1e9, atol: 1e9, firstStep: 2 / steps, maxStep: 2 / steps, columns };
      return Math.abs(stiffOde(smooth, [1], 0, [2], options).states[0]![0]! - smoothAt(2));
    };
    const [coarse, fine] = columns === 2 ? [80, 160] : columns === 4 ? [40, 80] : [20, 40];
    expect(order(error, coarse, fine)).toBeGreaterThan(columns - 0.2);
    expect(order(error, coarse, fine)).toBeLessThan(columns + 0.5);
  });

  it("solves Robertson's problem to rtol 1e-8, with and without its Jacobian", () => {
    const robertson: Derivative = (_, y, into) => {
      const [a, b, c] = y as unknown as [number, number, number];
      into[0] = -0.04 * a + 1e4 * b * c;
      into[1] = 0.04 * a - 1e4 * b * c - 3e7 * b * b;
      into[2] = 3e7 * b * b;
    };
    const jacobian = (_: number, y: Float64Array): number[] => {
      const [, b, c] = y as unknown as [number, number, number];
      return [-0.04, 1e4 * c, 1e4 * b, 0.04, -1e4 * c - 6e7 * b, -1e4 * b, 0, 6e7 * b, 0];
    };
    for (const extra of [{}, { jacobian }]) {
      const { states, steps } = stiffOde(robertson, [1, 0, 0], 0, [40, 4e5], {
        rtol: 1e-8,
        atol: 1e-14,
        ...extra,
      });
      // Reference: SciPy's Radau (order 5) at rtol 1e-13.
      const reference = [
        [0.7158270687194047, 9.185534764557824e-6, 0.2841637457458276],
        [0.004938274520983941, 1.9849940879560458e-8, 0.9950617056290734],
      ];
      states.forEach((y, i) => {
        y.forEach((value, j) =>
          expect(Math.abs(value / reference[i]![j]! - 1), `${i} ${j}`).toBeLessThan(3e-8),
        );
        expect(y[0]! + y[1]! + y[2]!).toBeCloseTo(1, 9);
      });
      expect(steps).toBeLessThan(300);
    }
  });

  it("steps over fast modes: a decay of rate 1e6 beside a slow one costs few steps", () => {
    const split: Derivative = (t, y, into) => {
      into[0] = -1e6 * (y[0]! - Math.cos(t)) - Math.sin(t);
    };
    const { states, steps } = stiffOde(split, [2], 0, [3], { rtol: 1e-8, atol: 1e-10 });
    expect(states[0]![0]).toBeCloseTo(Math.cos(3), 8);
    expect(steps).toBeLessThan(200);
    expect(() => stiffOde(split, [2], 0, [3], { columns: 9 })).toThrow("needs columns from 2 to 8, got 9");
  });
});
