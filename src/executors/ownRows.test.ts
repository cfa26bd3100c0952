import { describe, expect, it } from "vitest";
import {
  accuracy,
  committee,
  crossEntropy,
  dense,
  gru,
  lstm,
  mlp,
  squaredError,
  unroll,
  zeros,
} from "../nets/index.ts";
import { adam, chain, clipByNorm, sgd } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import { defineModel, type Model, type Program, sizeOf, trainingProgram } from "../tensor/index.ts";
import { callsOf } from "./lower/call.ts";
import { lower } from "./lower/program.ts";
import { wasm } from "./wasm.ts";

const ROWS = 40;
const classes = { x: { shape: [5] }, y: { shape: [], dtype: "int32" } } as const;

function classifier(options: object): Model {
  const net = mlp({ inputs: 5, hidden: [9, 16], outputs: 3, ...options });
  return defineModel({
    parameters: net.parameters,
    data: classes,
    loss: (p, { x, y }, _, context) => crossEntropy(net.apply(p, x, context), y),
    metrics: (p, { x, y }, _, context) => ({ accuracy: accuracy(net.apply(p, x, context), y) }),
  }) as unknown as Model;
}

function sequences(): Model {
  const cell = gru({ inputs: 2, units: 4 });
  const readout = committee({ inputs: 4, hidden: 5 });
  return defineModel({
    parameters: { ...cell.parameters, ...readout.parameters },
    data: { x: { shape: [3, 2] }, y: { shape: [3] } },
    loss: (p, { x, y }, _, context) =>
      squaredError(readout.apply(p, unroll(cell, p, x, context).outputs, context), y),
  }) as unknown as Model;
}

/** Only the last output counts, and inputs are dropped anew at each time. */
function lastOfSequence(): Model {
  const cell = lstm({ inputs: 2, units: 6 });
  const readout = dense({ inputs: 6, outputs: 3, name: "readout" });
  return defineModel({
    parameters: { ...cell.parameters, ...readout.parameters },
    data: { x: { shape: [4, 2] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }, _, context) => {
      const dropping = {
        ...cell,
        project: (q: typeof p, now: typeof x) => cell.project(q, context.dropout(now, 0.2)),
      };
      const { last } = unroll(dropping, p, x, context, { reverse: true });
      return crossEntropy(readout.apply(p, last.h, context), y);
    },
  }) as unknown as Model;
}

/** Picks, places, maxima over rows, and means of what the whole batch decides. */
const values = defineModel({
  parameters: { w: { shape: [5, 3], init: zeros } },
  data: classes,
  loss: ({ w }, { x, y }, _, context) => {
    const q = x.matmul(w);
    const wanted = q.max(1).stopGradient().mul(0.9);
    const error = q.pick(y).sub(wanted).square();
    return context.batchMean(error.sub(context.batchMean(error).mul(0.5)).square());
  },
}) as unknown as Model;

const models: Record<string, Model> = {
  "tanh net": classifier({}),
  "relu net with dropout": classifier({ activation: "relu", dropout: 0.3 }),
  "gelu net with layer norm": classifier({ activation: "gelu", layerNorm: true }),
  "recurrent net": sequences(),
  "end of a recurrent net": lastOfSequence(),
  "action values": values,
};

const trained = (model: Model, max: number): Program =>
  trainingProgram(model, {
    optimizer:
      model === values
        ? sgd({ learningRate: 0.05 })
        : chain(clipByNorm({ norm: 1 }), adam({ learningRate: 0.01 })),
    rows: ROWS,
    // One of them without replacement.
    shuffle: model === values,
    batchSize: { max, hyperparameter: "batch" },
  }).program;

/** The same program, whose batch sizes are not known before a step begins: all rows are computed. */
function inFull(program: Program): Program {
  const read = program.nodes.find((node) => node.op === "read" && node.slot === "batch")!;
  return { ...program, updates: [...program.updates, { slot: "batch", node: read.id }] };
}

/** Bits of all slots and metrics after some steps of members with these batch sizes. */
async function bitsAfter(program: Program, sizes: readonly number[], relaxed: boolean): Promise<number[]> {
  const session = await wasm.compile(
    { train: program },
    { members: sizes.length, key: key(3), workers: 1, relaxed },
  );
  const draws = stream(key(4), "slots");
  for (const { name, shape, dtype } of session.slots) {
    const size = sizeOf(shape);
    if (dtype === "int32")
      session.write(
        name,
        "all",
        Int32Array.from({ length: size }, () => draws.integer(3)),
      );
    else
      session.write(
        name,
        "all",
        Float32Array.from({ length: size }, () => Math.abs(draws.normal()) / 3),
      );
  }
  session.write("batch", "all", sizes);
  await session.step("train", 4, 0);
  const found = session.slots.flatMap(({ name }) => [...session.read(name, "all")]);
  const metrics = Object.values(session.metrics("train")).flatMap(({ last, mean }) => [...last, ...mean]);
  await session.close();
  return [...found, ...metrics];
}

/** How many of a step's kernels keep to the member's own rows. */
const partlyRun = (program: Program): number =>
  callsOf(lower(program, { key: key(3), relaxed: false, constantsFrom: 0 }).actions).filter((call) =>
    call.arguments.includes("rows"),
  ).length;

describe("batches of a member's own size", () => {
  it.each(Object.entries(models))("change no bit by what is left out: %s", async (_, model) => {
    for (const max of [5, 24]) {
      const program = trained(model, max);
      expect(partlyRun(program)).toBeGreaterThan(2);
      expect(partlyRun(inFull(program))).toBe(0);
      // From one to more than fit, and sizes that are no integers: rows i < size have a weight.
      // The largest first: what they leave in the working memory is what the others find beyond their rows.
      const sizes = [max + 3, max, max - 1, max / 2 + 0.25, 5, 4, 3, 2, 1];
      for (const relaxed of [false, true]) {
        const lazily = await bitsAfter(program, sizes, relaxed);
        expect(lazily).toEqual(await bitsAfter(inFull(program), sizes, relaxed));
        expect(lazily.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("leave out rows at every time of a loop, ahead and back", () => {
    for (const model of [models["recurrent net"]!, models["end of a recurrent net"]!]) {
      const { actions } = lower(trained(model, 24), { key: key(3), relaxed: false, constantsFrom: 0 });
      const loops = actions.flatMap((action) => ("actions" in action ? [callsOf(action.actions)] : []));
      expect(loops.length).toBe(2);
      for (const calls of loops) {
        // Products and fused kernels; what is left are copies of carries.
        const whole = calls.filter((call) => !call.arguments.includes("rows"));
        expect(calls.length - whole.length).toBeGreaterThan(1);
        expect(whole.filter((call) => call.key.startsWith("matmul"))).toEqual([]);
      }
    }
  });
});
