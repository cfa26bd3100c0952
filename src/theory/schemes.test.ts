import { describe, expect, it } from "vitest";
import { gaussHermite } from "../math/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { eulerMaruyama, leimkuhlerMatthews } from "./schemes.ts";

const T = 0.25;
const exact = reference.misc.p10["dw_T0.25_x2_exact"];
const slope = (theta: number): number => theta * (theta * theta - 1);

const hermite = gaussHermite(24);
const normal = Array.from(hermite.nodes, (z, i) => ({ z, weight: hermite.weights[i]! }));

/**
 * The invariant mean of an observable under a Markov chain y → step(y, z), z ~ N(0, 1), without sampling: the backward
 * operator u ← E u(step(·, z)) is applied on a grid until u is constant.
 */
function invariantMean(
  step: (y: number, z: number) => number,
  observable: (y: number, z: number) => number,
): number {
  const n = 401;
  const [low, spacing] = [-4, 8 / (n - 1)];
  const grid = Float64Array.from({ length: n }, (_, i) => low + i * spacing);
  const targets = Array.from(grid, (y) => normal.map(({ z, weight }) => ({ at: step(y, z), weight })));
  let u = grid.map((y) => normal.reduce((sum, { z, weight }) => sum + weight * observable(y, z), 0));
  // Six-point Lagrange interpolation: its error is spacing⁶ ≈ 1e-10 per application.
  const value = (y: number): number => {
    const position = Math.min(n - 1, Math.max(0, (y - low) / spacing));
    const start = Math.min(n - 6, Math.max(0, Math.floor(position) - 2));
    let sum = 0;
    for (let a = 0; a < 6; a++) {
      let product = u[start + a]!;
      for (let b = 0; b < 6; b++) if (b !== a) product *= (position - start - b) / (a - b);
      sum += product;
    }
    return sum;
  };
  for (let round = 0; round < 20_000; round++) {
    u = Float64Array.from(targets, (list) =>
      list.reduce((sum, { at, weight }) => sum + weight * value(at), 0),
    );
    if (round % 50 === 49) {
      const [a, b] = [u[200]!, u[275]!];
      if (Math.abs(a - b) < 1e-8) return (a + b) / 2;
    }
  }
  throw new Error("the chain does not settle");
}

const em = (x: number): number =>
  invariantMean(
    (y, z) => eulerMaruyama(y, x, T, slope, z, 0),
    (y) => y * y,
  ) - exact;
/** y = θ − √(2Tx)ξ/2 is a Markov chain: y′ = θ′ without its next noise. */
const lm = (x: number): number => {
  const c = Math.sqrt(2 * T * x) / 2;
  return (
    invariantMean(
      (y, z) => leimkuhlerMatthews(y + c * z, x, T, slope, z, 0),
      (y, z) => (y + c * z) ** 2,
    ) - exact
  );
};

describe("bias of the invariant law in the double well, E θ²", () => {
  const steps = [0.2, 0.1, 0.05] as const;
  const table = reference.misc.p10["dw_T0.25_x2_bias_EM_LM"] as Record<string, readonly number[]>;

  it("is of order one for Euler–Maruyama, with the reference values", () => {
    const bias = steps.map(em);
    steps.forEach((x, i) => expect(bias[i]! / table[String(x)]![0]! - 1).toBeCloseTo(0, 2));
    expect(Math.abs(Math.log2(bias[1]! / bias[2]!) - 1)).toBeLessThan(0.15);
  });

  it("is of order two for Leimkuhler–Matthews, with the reference values", () => {
    const bias = steps.map(lm);
    steps.forEach((x, i) => expect(Math.abs(bias[i]! - table[String(x)]![1]!)).toBeLessThan(5e-6));
    expect(Math.abs(Math.log2(bias[1]! / bias[2]!) - 2)).toBeLessThan(0.3);
  });
});
