import { describe, expect, it } from "vitest";
import { sgd } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  initialise,
  type LossContext,
  type Program,
  reference,
  sizeOf,
  stack,
  type Tensor,
  type Tensors,
  type TrainingProgram,
  trainingProgram,
} from "../tensor/index.ts";
import {
  type Cell,
  dense,
  gru,
  leaky,
  liquid,
  lstm,
  skipThroughTime,
  squaredError,
  unroll,
} from "./index.ts";

const ROWS = 7;
const sizes = { inputs: 2, units: 5 };

/** Runs a cell as a loop of TypeScript: one copy of the cell per time. */
function byHand<State>(
  cell: Cell<State>,
  p: Tensors,
  x: Tensor,
  context: LossContext,
  reverse: boolean,
): Tensor {
  const [batch, time] = x.shape as [number, number];
  const inputs = cell.project(p, x.transpose([1, 0, 2]));
  let state = cell.start(p, batch, context);
  const outputs: Tensor[] = [];
  for (let i = 0; i < time; i++) {
    const t = reverse ? time - 1 - i : i;
    state = cell.step(p, state, inputs.at(t), context);
    outputs[t] = cell.output(state);
  }
  return stack(outputs, 1);
}

function trained<State>(cell: Cell<State>, time: number, looped: boolean, reverse = false): TrainingProgram {
  const out = dense({ inputs: cell.units, outputs: 1, name: "out" });
  const model = defineModel({
    parameters: { ...cell.parameters, ...out.parameters },
    data: { x: { shape: [time, sizes.inputs] }, y: { shape: [time] } },
    loss: (p, { x, y }, _, context) => {
      const outputs = looped
        ? unroll(cell, p, x, context, { reverse }).outputs
        : byHand(cell, p, x, context, reverse);
      return squaredError(out.apply(p, outputs, context).at(0, -1), y);
    },
  });
  return trainingProgram(model, { optimizer: sgd({ learningRate: 0.1 }), rows: ROWS, batchSize: 3 });
}

/** All slots after some steps in float64. */
async function after(training: TrainingProgram): Promise<Record<string, Float64Array>> {
  const session = await reference.compile({ train: training.program }, { members: 1, key: key(1) });
  for (const { name, kind, shape } of session.slots) {
    if (kind !== "data") continue;
    const draws = stream(key(2), name);
    session.write(
      name,
      "all",
      Float64Array.from({ length: sizeOf(shape) }, () => draws.normal()),
    );
  }
  initialise(session, training, key(3), 0);
  await session.step("train", 3, 0);
  return Object.fromEntries(
    session.slots.map(({ name }) => [name, Float64Array.from(session.read(name, 0))]),
  );
}

const cells: Record<string, Cell<never>> = {
  gru: gru({ ...sizes, clip: 0.7 }),
  lstm: lstm(sizes),
  leaky: leaky(sizes),
  "leaky with a skip": leaky({ ...sizes, skip: 4 }),
  liquid: liquid({ ...sizes, dt: 0.5, substeps: 2 }),
  "skip through time": skipThroughTime({ ...sizes, skip: 3 }),
} as unknown as Record<string, Cell<never>>;

describe("a cell over a sequence", () => {
  it.each(Object.entries(cells))("trains as its steps written out one by one: %s", async (_, cell) => {
    for (const reverse of [false, true]) {
      const looped = await after(trained(cell, 6, true, reverse));
      const written = await after(trained(cell, 6, false, reverse));
      for (const [name, values] of Object.entries(written)) {
        values.forEach((value, i) => expect(Math.abs(looped[name]![i]! - value), name).toBeLessThan(1e-12));
      }
    }
  });

  it("is one loop ahead and one back, however long", () => {
    const count = ({ nodes }: Program): number[] => [
      nodes.length,
      nodes.filter(({ op }) => op === "scan").length,
    ];
    for (const cell of Object.values(cells)) {
      const [short, long] = [11, 200].map((time) => count(trained(cell, time, true).program));
      expect(short![1]).toBe(2);
      expect(long).toEqual(short);
    }
  });
});
