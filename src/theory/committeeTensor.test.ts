import { describe, expect, it } from "vitest";
import { wasm } from "../executors/index.ts";
import { key } from "../random/index.ts";
import { reference } from "../tensor/index.ts";
import { committeePopulation } from "./committeeTensor.ts";
import { committeeFlow, committeeRisk, committeeSgd, randomCommittee } from "./singleIndexFull.ts";

const model = { eps: 0.05, unit: [1, 1, 1, 1], target: [1, 0.8, 0.6, 0.4] };
const start = randomCommittee(key(4), 12, [0.9, -0.4, 0.3, 0.7]);

describe("committees on the tensor path", () => {
  it("begin with the risk of their start and follow its exact flow when rates are small", async () => {
    const times = [0, 0.05, 0.1, 0.2];
    const members = 24;
    const risks = await committeePopulation(
      wasm,
      model,
      Array.from({ length: members }, () => start),
      key(5),
      { rate: 5e-4, batch: 16, times },
    );
    for (const risk of risks) expect(Math.abs(risk[0]! - committeeRisk(model, start))).toBeLessThan(1e-6);
    const flow = committeeFlow(model, start, [1e-9, ...times.slice(1)]).risk;
    times.slice(1).forEach((_, i) => {
      const values = risks.map((risk) => risk[i + 1]!);
      const mean = values.reduce((sum, value) => sum + value / members, 0);
      const error = Math.sqrt(
        values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (members * (members - 1)),
      );
      // Three standard errors, and what the noise of a finite rate adds to the risk.
      expect(Math.abs(mean - flow[i + 1]!)).toBeLessThan(3 * error + 0.05 * flow[i + 1]!);
    });
  });

  it("agree with the plain loop in the mean over samples", async () => {
    const times = [0.05, 0.1];
    const run = { rate: 1e-3, batch: 8, times };
    const members = 30;
    const tensor = await committeePopulation(
      wasm,
      model,
      Array.from({ length: members }, () => start),
      key(6),
      run,
    );
    const plain = Array.from(
      { length: members },
      (_, seed) => committeeSgd(model, start, key(seed), run).risk,
    );
    times.forEach((_, i) => {
      const stats = [tensor, plain].map((rows) => {
        const values = rows.map((row) => row[i]!);
        const mean = values.reduce((sum, value) => sum + value / members, 0);
        return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (members - 1) };
      });
      const [a, b] = stats as [(typeof stats)[0], (typeof stats)[0]];
      expect(Math.abs(a.mean - b.mean)).toBeLessThan(3 * Math.sqrt((a.variance + b.variance) / members));
    });
  });

  it("refuse networks of different shapes and a singular ε, together", async () => {
    const other = randomCommittee(key(1), 5, [1]);
    await expect(
      committeePopulation(reference, { ...model, eps: 0 }, [start, other], key(1), {
        rate: 1,
        batch: 1,
        times: [],
      }),
    ).rejects.toThrow(/eps.*\n.*one shape/);
  });
});
