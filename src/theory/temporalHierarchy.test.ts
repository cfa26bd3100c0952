import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { reference } from "../tensor/index.ts";
import { hierarchyProbes } from "./hierarchyProbes.ts";
import { temporalHierarchy } from "./temporalHierarchy.ts";

describe("probes of a network of leaky units", () => {
  // Two units that do not see each other: in the linear range of tanh each is the moving average that one target asks for.
  const small = 1e-3;
  const tau = [2, 40];
  const scale = (t: number): number => {
    const rate = -Math.expm1(-1 / t);
    return Math.sqrt((2 - rate) / rate) / small;
  };
  const network = {
    input: [small, 0, 0, small],
    recurrent: [0, 0, 0, 0],
    bias: [0, 0],
    tau,
    readout: [scale(2), 0, 0, scale(40)],
    readoutBias: [0, 0],
  };
  const probes = hierarchyProbes(network, [2, 40], key(1), 20_000);

  it("find no error in what computes the targets, and all of it where a unit is silent", () => {
    for (const error of probes.error) expect(error).toBeLessThan(1e-9);
    // A third of two units is one: without it the output is 0, and the error is the target's variance, 1.
    expect(Math.abs(probes.withoutSlow[0])).toBeLessThan(1e-9);
    // The slow target has n/(2τ) = 250 independent values: a standard error of √(2/250).
    expect(Math.abs(probes.withoutSlow[1] - 1)).toBeLessThan(3 * Math.sqrt(2 / 250));
    expect(Math.abs(probes.withoutFast[0] - 1)).toBeLessThan(3 * Math.sqrt(2 / 5000));
    expect(Math.abs(probes.withoutFast[1])).toBeLessThan(1e-9);
  });

  it("find the time scales of activity that the units have", () => {
    // Relative error √(2(2W + 1)/n) of a windowed time with W = 5τ_int, τ_int = 4 and 80.
    probes.activityTau.forEach((found, i) => {
      expect(Math.abs(found / tau[i]! - 1)).toBeLessThan(3 * Math.sqrt((2 * (20 * tau[i]! + 1)) / 20_000));
    });
  });
});

it("networks learn, and tell where they began", async () => {
  const learned = await temporalHierarchy(reference, key(2), {
    timeConstants: [
      [2, 12],
      [5, 5],
    ],
    units: 4,
    time: 24,
    batch: 4,
    steps: 60,
  });
  expect(learned).toHaveLength(2);
  for (const net of learned) {
    expect(net.tau).toHaveLength(4);
    expect(net.activityTau).toHaveLength(4);
    // Predicting 0 has an error of 1.
    expect(net.trainingError).toBeLessThan(0.8);
    expect(net.initialSpread).toBeGreaterThan(0.02);
    expect(net.initialSpread).toBeLessThan(0.25);
  }
});
