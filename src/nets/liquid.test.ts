import { describe, expect, it } from "vitest";
import { wasm } from "../executors/index.ts";
import { dormandPrince } from "../math/index.ts";
import { key, stream } from "../random/index.ts";
import { defineModel, type Executor, predict, reference, sizeOf, type Tensor } from "../tensor/index.ts";
import { type Cell, effectiveTimeConstants, gru, leaky, liquid, lstm, unroll } from "./index.ts";

const sizes = { inputs: 2, units: 3 };
const TIME = 12;

type Weights = Readonly<Record<string, readonly number[]>>;

/** Parameters of a cell, normal of standard deviation 0.5, with some given. */
function weights<S>(cell: Cell<S>, given: Weights = {}): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(cell.parameters).map(([name, { shape }]) => {
      const draws = stream(key(3), name);
      return [name, [...(given[name] ?? Array.from({ length: sizeOf(shape) }, () => 0.5 * draws.normal()))]];
    }),
  );
}

const zero = (n: number): number[] => Array.from({ length: n }, () => 0);

const draws = stream(key(5), "inputs");
const inputs = Array.from({ length: 4 * TIME * 2 }, () => draws.normal());

/** A function of a cell's outputs and weights on white noise, `[4, TIME, 2]` unless `x` is given. */
async function told<S>(
  cell: Cell<S>,
  parameters: Record<string, number[]>,
  wanted: (outputs: Tensor, times: () => Tensor) => Tensor,
  x: readonly number[] = inputs,
  executor: Executor = reference,
): Promise<number[]> {
  const time = x === inputs ? TIME : x.length / 2;
  const model = defineModel({
    parameters: cell.parameters,
    data: { x: { shape: [time, 2] } },
    loss: (p, batch, _, context) => unroll(cell, p, batch.x, context).outputs.square().mean([1, 2]),
  });
  const { values } = await predict({
    model,
    parameters,
    data: { x },
    executor,
    output: (p, batch, _, context) =>
      wanted(unroll(cell, p, batch.x, context).outputs, () =>
        effectiveTimeConstants(cell, p, batch.x, context),
      ),
  });
  return Array.from(values);
}

describe("liquid time-constant units", () => {
  it("stay between 0 and their target, however long the step", async () => {
    for (const dt of [0.1, 1, 1000]) {
      const cell = liquid({ ...sizes, dt });
      const p = weights(cell, { "liquid.target": [2, -1, 0.5] });
      const outputs = await told(cell, p, (h) => h);
      outputs.forEach((h, i) => {
        const share = h / [2, -1, 0.5][i % 3]!;
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(1);
      });
    }
    // In the limit a unit is at once where its equation rests: f A/(1/τ + f), f from the state before, which is 0.
    const cell = liquid({ ...sizes, dt: 1e12 });
    const p = weights(cell, { "liquid.target": [2, -1, 0.5], "liquid.logTau": [0.3, 1, 2] });
    const [first] = await told(cell, p, (h) => h);
    const sum =
      p["liquid.bias"]![0]! + inputs[0]! * p["liquid.input"]![0]! + inputs[1]! * p["liquid.input"]![3]!;
    const f = 1 / (1 + Math.exp(-sum));
    expect(Math.abs(first! / ((2 * f) / (Math.exp(-0.3) + f)) - 1)).toBeLessThan(1e-9);
  });

  it("follow their differential equation at first order in the step", async () => {
    // A constant input over a time of 2, from 0.
    const p = weights(liquid(sizes), { "liquid.target": [2, -1, 0.5], "liquid.logTau": [0.3, 1, 2] });
    const of = (name: string): number[] => p[`liquid.${name}`]!;
    const drive = [0.7, -0.4];
    const flow = (_: number, h: Float64Array, into: Float64Array): void => {
      for (let i = 0; i < 3; i++) {
        let sum = of("bias")[i]!;
        for (let j = 0; j < 2; j++) sum += drive[j]! * of("input")[j * 3 + i]!;
        for (let j = 0; j < 3; j++) sum += h[j]! * of("recurrent")[j * 3 + i]!;
        const f = 1 / (1 + Math.exp(-sum));
        into[i] = -(Math.exp(-of("logTau")[i]!) + f) * h[i]! + f * of("target")[i]!;
      }
    };
    const exact = dormandPrince(flow, [0, 0, 0], 0, [2], { rtol: 1e-10, atol: 1e-12 }).states[0]!;
    const errors: number[] = [];
    for (const substeps of [8, 16, 32, 64]) {
      const cell = liquid({ ...sizes, dt: 2, substeps });
      const last = await told(cell, p, (h) => h.at(0, 1), drive);
      errors.push(Math.max(...last.map((h, i) => Math.abs(h - exact[i]!))));
    }
    for (let i = 0; i < 3; i++) {
      expect(Math.abs(Math.log2(errors[i]! / errors[i + 1]!) - 1)).toBeLessThan(0.15);
    }
  });

  it("give WebAssembly's float32 the same outputs", async () => {
    const cell = liquid({ ...sizes, dt: 0.5, substeps: 2 });
    const p = weights(cell);
    const [double, single] = [await told(cell, p, (h) => h), await told(cell, p, (h) => h, inputs, wasm)];
    double.forEach((h, i) => expect(Math.abs(single[i]! - h)).toBeLessThan(1e-5));
  });

  it("refuse sizes and steps that cannot be, all at once", () => {
    expect(() => liquid({ inputs: 2, units: 3, dt: 0, tau: -1 })).toThrow(/dt: .*got 0\n.*tau: .*got -1/);
    expect(() => liquid({ inputs: 2, units: 3, substeps: 0.5 })).toThrow(/substeps: needs an integer >= 1/);
  });
});

describe("effective time constants", () => {
  it("of leaky units are their own", async () => {
    const cell = leaky(sizes);
    const p = weights(cell, { "leaky.logTau": [0.5, 2, 4] });
    const found = await told(cell, p, (_, times) => times());
    found.forEach((tau, i) => expect(Math.abs(Math.log(tau) / [0.5, 2, 4][i]! - 1)).toBeLessThan(1e-9));
    const fixed = leaky({ ...sizes, tau: 5, learnTau: false });
    for (const tau of await told(fixed, weights(fixed), (_, times) => times())) expect(tau).toBeCloseTo(5, 9);
  });

  it("of gated units follow from their gates: −1/log σ(b) where nothing else reaches them", async () => {
    const gate = [-1, 0, 3];
    const expected = gate.map((b) => -1 / Math.log(1 / (1 + Math.exp(-b))));
    const g = gru(sizes);
    const ofGru = weights(g, {
      "gru.input": zero(18),
      "gru.recurrent": zero(27),
      "gru.bias": [0, 0, 0, ...gate, 0, 0, 0],
    });
    const l = lstm(sizes);
    const ofLstm = weights(l, {
      "lstm.input": zero(24),
      "lstm.recurrent": zero(36),
      "lstm.bias": [0, 0, 0, ...gate, 0, 0, 0, 0, 0, 0],
    });
    for (const found of [
      await told(g, ofGru, (_, times) => times()),
      await told(l, ofLstm, (_, times) => times()),
    ]) {
      found.forEach((tau, i) => expect(Math.abs(tau / expected[i]! - 1)).toBeLessThan(1e-12));
    }
  });

  it("of gated units are of the mean gate over what they are shown", async () => {
    const cell = gru(sizes);
    const p = weights(cell);
    const found = await told(cell, p, (_, times) => times());
    const outputs = await told(cell, p, (h) => h);
    const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
    for (let i = 0; i < 3; i++) {
      let mean = 0;
      for (let row = 0; row < 4; row++) {
        for (let t = 0; t < TIME; t++) {
          let sum = p["gru.bias"]![3 + i]!;
          for (let j = 0; j < 2; j++)
            sum += inputs[(row * TIME + t) * 2 + j]! * p["gru.input"]![j * 9 + 3 + i]!;
          for (let j = 0; j < 3 && t > 0; j++)
            sum += outputs[(row * TIME + t - 1) * 3 + j]! * p["gru.recurrent"]![j * 9 + 3 + i]!;
          mean += sigmoid(sum) / (4 * TIME);
        }
      }
      expect(Math.abs(found[i]! / (-1 / Math.log(mean)) - 1)).toBeLessThan(1e-12);
    }
  });

  it("of liquid units shorten with their drive: τ where it is silent, and less than half of 1/f where it is strong", async () => {
    const cell = liquid({ ...sizes, dt: 0.01 });
    const of = async (bias: number): Promise<number[]> =>
      told(
        cell,
        weights(cell, {
          "liquid.input": zero(6),
          "liquid.recurrent": zero(9),
          "liquid.bias": [bias, bias, bias],
          "liquid.logTau": [0, 1, 2],
        }),
        (_, times) => times(),
      );
    // In inputs, of which 100 make a unit of time; the fused step itself adds half an input.
    (await of(-40)).forEach((tau, i) =>
      expect(Math.abs(tau / (100 * Math.exp(i) + 0.5) - 1)).toBeLessThan(1e-4),
    );
    (await of(40)).forEach((tau, i) => {
      const alone = Math.exp(i);
      expect(Math.abs(tau / ((100 * alone) / (1 + alone) + 0.5) - 1)).toBeLessThan(1e-4);
    });
  });

  it("are refused for a cell that does not say what it keeps", async () => {
    const silent = { ...gru(sizes), retention: undefined };
    await expect(told(silent, weights(silent), (_outputs, times) => times())).rejects.toThrow(
      /cell with `retention`/,
    );
  });
});
