import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { key, run, type RunRequest, type Stream, stream, verify } from "polytempo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Part {
  readonly count: number;
  readonly images: Float32Array;
  readonly labels: Uint8Array;
}

interface State {
  readonly weights: Float32Array;
  readonly velocity: Float32Array;
}

interface Network {
  readonly size: number;
  initial(seed: number): State;
  step(state: State, gradient: Float32Array, data: Part, h: object, draws: Stream): void;
  evaluate(state: State, data: Part): { readonly loss: number; readonly accuracy: number };
}

const load = async (name: string): Promise<unknown> => import(new URL(name, import.meta.url).href);
const { loadDigits, pixels } = (await load("./data.mjs")) as {
  readonly loadDigits: () => { readonly train: Part; readonly validation: Part; readonly test: Part };
  readonly pixels: number;
};
const { createNetwork } = (await load("./network.mjs")) as {
  readonly createNetwork: (sizes: object) => Network;
};
const options = ((await load("./digits.mjs")) as { readonly default: RunRequest }).default;

const folder = mkdtempSync(join(tmpdir(), "polytempo-digits-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the digits", () => {
  let parts: ReturnType<typeof loadDigits>;
  beforeAll(() => {
    parts = loadDigits();
  });

  it("are ten thousand, split once and for all into parts that share none", () => {
    const { train, validation, test } = parts;
    expect([train, validation, test].map(({ count }) => count)).toEqual([7000, 1500, 1500]);
    const seen = new Set<string>();
    for (const { count, images, labels } of [train, validation, test]) {
      expect(new Set(labels).size).toBe(10);
      for (let i = 0; i < count; i++) seen.add(images.subarray(i * pixels, (i + 1) * pixels).join());
    }
    // A handful of originals are equal after averaging; a part that leaked into another would lose 1500.
    expect(seen.size).toBeGreaterThan(9980);
  });
});

describe("the network", () => {
  it("steps along the gradient that finite differences measure", () => {
    const draws = stream(key(3), "data");
    const network = createNetwork({ inputs: 6, hidden: 5, classes: 3 });
    const data: Part = {
      count: 1,
      images: Float32Array.from({ length: 6 }, (_, i) => (i === 2 ? 0 : draws.uniform())),
      labels: Uint8Array.of(1),
    };
    const start = network.initial(4).weights;
    const stepped = { weights: start.slice(), velocity: new Float32Array(network.size) };
    const h = { learningRate: 1, momentum: 0, weightDecay: 0, batchSize: 1 };
    network.step(stepped, new Float32Array(network.size), data, h, draws);
    const loss = (index: number, move: number): number => {
      const weights = start.slice();
      weights[index]! += move;
      return network.evaluate({ weights, velocity: weights }, data).loss;
    };
    // Single precision: central differences of step 0.01 are good to about 1e-4.
    for (let i = 0; i < network.size; i++) {
      const measured = (loss(i, 0.01) - loss(i, -0.01)) / 0.02;
      expect(start[i]! - stepped.weights[i]!).toBeCloseTo(measured, 3);
    }
  });

  it("decays weights and keeps momentum as written: v ← μv − η(∇L + λw)", () => {
    const network = createNetwork({ inputs: 2, hidden: 2, classes: 2 });
    const data: Part = { count: 1, images: new Float32Array(2), labels: Uint8Array.of(0) };
    const state = {
      weights: new Float32Array(network.size).fill(0.5),
      velocity: new Float32Array(network.size).fill(0.25),
    };
    const h = { learningRate: 0.1, momentum: 0.8, weightDecay: 0.5, batchSize: 1 };
    network.step(state, new Float32Array(network.size), data, h, stream(key(1), "x"));
    // The input is blank, so the first weight has no gradient.
    expect(state.velocity[0]).toBeCloseTo(0.8 * 0.25 - 0.1 * 0.5 * 0.5, 6);
    expect(state.weights[0]).toBeCloseTo(0.5 + 0.175, 6);
  });
});

describe("the population", () => {
  it("learns, tests its best on held-out digits, and decides the same with one slot and with two", async () => {
    const small = { ...options, members: 4, slow: { interval: 40 }, stop: { steps: 120 } };
    const digests: string[] = [];
    for (const slots of [1, 2]) {
      const directory = join(folder, `digits-${slots}`);
      const { best } = await run(small, { directory, slots }).result;
      expect(best!.value).toBeLessThan(0.7);
      const id = best!.checkpoint!;
      const state = {
        id,
        directory: join(
          directory,
          "checkpoints",
          `m0${id.member}`,
          `g${String(id.generation).padStart(4, "0")}-a1`,
        ),
        row: null,
      };
      const tested = await options.trainer.test!(state, best!.hyperparameters);
      expect(tested!["accuracy"]).toBeGreaterThan(0.8);
      digests.push((await verify(directory)).digest);
    }
    expect(digests[1]).toBe(digests[0]);
  });
});
