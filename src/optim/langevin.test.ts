import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { defineModel, reference, trainingProgram } from "../tensor/index.ts";
import { langevin } from "./index.ts";

const T = 0.2;

/** The variance over agents and time of θ in L = θ²/2, of each member's own step size. */
async function variance(scheme: "euler" | "leimkuhlerMatthews", stepSize: number): Promise<number> {
  const model = defineModel({
    parameters: { theta: { shape: [64], init: () => [] } },
    loss: ({ theta }) => theta.square().sum().mul(0.5),
  });
  const optimizer = langevin({ stepSize: "x", temperature: "T", scheme });
  const { program } = trainingProgram(model, { optimizer });
  const members = 4;
  const session = await reference.compile({ move: program }, { members, key: key(5) });
  session.write("x", "all", [stepSize]);
  session.write("T", "all", [T]);
  const steps = 1200;
  await session.step("move", 100, 0);
  let sum = 0;
  for (let step = 100; step < 100 + steps; step++) {
    await session.step("move", 1, step);
    for (const value of session.read("theta", "all")) sum += value * value;
  }
  return sum / (steps * members * 64);
}

describe("Langevin dynamics", () => {
  // Standard error: 307 200 values, correlated over less than (2 − x)/x ≤ 3 steps: 0.0026·√3 relative at most.
  it.each([
    ["euler", 0.5, T / (1 - 0.25)],
    ["euler", 1, T / (1 - 0.5)],
    ["leimkuhlerMatthews", 0.5, T],
    ["leimkuhlerMatthews", 1, T],
  ] as const)(
    "has the invariant variance of theory on a quadratic: %s, x = %d",
    async (scheme, x, expected) => {
      expect(Math.abs((await variance(scheme, x)) / expected - 1)).toBeLessThan(0.02);
    },
  );

  it("descends without noise at temperature 0", async () => {
    const model = defineModel({
      parameters: { theta: { shape: [1], init: () => [1] } },
      loss: ({ theta }) => theta.square().sum().mul(0.5),
    });
    const { program } = trainingProgram(model, { optimizer: langevin({ stepSize: 0.1, temperature: 0 }) });
    const session = await reference.compile({ move: program }, { members: 1, key: key(5) });
    session.write("theta", 0, [1]);
    await session.step("move", 10, 0);
    expect(session.read("theta", 0)[0]).toBeCloseTo(0.9 ** 10, 12);
  });
});
