import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Segment, SegmentHooks, SegmentOutcome, SessionContext, Trainer } from "../../engine/index.ts";
import { mlp } from "../../nets/index.ts";
import { adam } from "../../optim/index.ts";
import { key, stream } from "../../random/index.ts";
import { logUniform, ordinal, searchSpace, uniform } from "../../space/index.ts";
import { defineModel, softmaxCrossEntropy } from "../../tensor/index.ts";
import type { VectorisedOptions } from "./vectorisedTrainer.ts";

/** A directory for tests, and how to remove it. */
export function scratch(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), "polytempo-vectorised-"));
  return {
    path: (name) => join(root, name),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const net = mlp({
  inputs: 2,
  hidden: [12],
  outputs: 3,
  activation: "relu",
  dropout: "dropout",
  units: "units",
});

/** A small classifier of three clouds in the plane. */
export const cloudModel = defineModel({
  parameters: net.parameters,
  data: { x: { shape: [2] }, y: { shape: [], dtype: "int32" } },
  hyperparameters: ["l2"],
  loss: (p, { x, y }, { l2 }, context) =>
    context
      .batchMean(softmaxCrossEntropy(net.apply(p, x, context), y))
      .add(p["mlp.0.weight"]!.square().sum().mul(l2)),
  metrics: (p, { x, y }, _, context) => ({
    accuracy: net.apply(p, x, context).argmax().equal(y),
  }),
});

/** `rows` points around three centres, with labels. */
export function clouds(rows: number, seed: number): { x: Float32Array; y: Int32Array } {
  const draws = stream(key(seed), "clouds");
  const x = new Float32Array(rows * 2);
  const y = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = draws.integer(3);
    y[i] = label;
    x[2 * i] = Math.cos((2 * Math.PI * label) / 3) + 0.4 * draws.normal();
    x[2 * i + 1] = Math.sin((2 * Math.PI * label) / 3) + 0.4 * draws.normal();
  }
  return { x, y };
}

export const cloudOptions = {
  name: "clouds",
  model: cloudModel,
  data: { train: clouds(90, 1), validation: clouds(60, 2), test: clouds(60, 3) },
  optimizer: adam({ learningRate: "lr" }),
  batchSize: { max: 16, hyperparameter: "batchSize" },
  constants: { units: 12 },
  workers: 1,
} satisfies VectorisedOptions<string, "x" | "y", "l2">;

export const cloudSpace = searchSpace({
  lr: logUniform(1e-4, 0.1),
  dropout: uniform(0, 0.5),
  batchSize: ordinal([4, 8, 16]),
  l2: logUniform(1e-6, 1e-2),
});

/** Opens a trainer as the engine does. */
export const contextFor = (scratchPath: string, seed = 5): SessionContext => ({
  slot: 0,
  slots: 1,
  logs: scratchPath,
  scratch: scratchPath,
  space: cloudSpace,
  metric: "loss",
  seed,
  devices: null,
  reap: { add: () => {}, remove: () => {} },
});

export const quiet = (): SegmentHooks => ({
  report: () => {},
  note: () => {},
  signal: new AbortController().signal,
});

/** Runs segments in a fresh session and gives their outcomes by member. */
export async function outcomesOf(
  trainer: Trainer,
  context: SessionContext,
  calls: readonly (readonly Segment[])[],
): Promise<Map<number, SegmentOutcome>[]> {
  const session = await trainer.open(context);
  try {
    const all: Map<number, SegmentOutcome>[] = [];
    for (const segments of calls) {
      const outcomes = new Map<number, SegmentOutcome>();
      await session.run(segments, quiet(), (segment, outcome) => outcomes.set(segment.member, outcome));
      all.push(outcomes);
    }
    return all;
  } finally {
    await session.close();
  }
}
