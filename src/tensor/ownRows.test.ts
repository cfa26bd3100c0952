import { describe, expect, it } from "vitest";
import {
  accuracy,
  committee,
  crossEntropy,
  gru,
  mlp,
  type Net,
  squaredError,
  unroll,
} from "../nets/index.ts";
import { adam, chain, clipByNorm, sgd } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  type Node,
  type Program,
  reference,
  type Session,
  sizeOf,
  type Tensor,
  trainingProgram,
} from "./index.ts";
import { ownRows } from "./ownRows.ts";
import { type Context, evaluateProgram } from "./reference/evaluate.ts";
import { evaluate, type Value } from "./reference/kernels.ts";

const rows = 30;
const max = 8;
const net = (more: object): Net => mlp({ inputs: 3, hidden: [6, 8], outputs: 4, ...more });

function classifier(of: Net): Program {
  const model = defineModel({
    parameters: of.parameters,
    data: { x: { shape: [3] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }, _, context) => crossEntropy(of.apply(p, x, context), y),
    metrics: (p, { x, y }, _, context) => ({ accuracy: accuracy(of.apply(p, x, context), y) }),
  });
  const optimizer = chain(clipByNorm({ norm: 1 }), adam({ learningRate: 0.01 }));
  return trainingProgram(model, { optimizer, rows, batchSize: { max, hyperparameter: "batch" } }).program;
}

const cell = gru({ inputs: 3, units: 4 });
const hidden = committee({ inputs: 4, hidden: 5 });
const sequence = (): Program => {
  const model = defineModel({
    parameters: { ...cell.parameters, ...hidden.parameters },
    data: { x: { shape: [5, 3] }, y: { shape: [5] } },
    loss: (p, { x, y }, _, context) =>
      squaredError(hidden.apply(p, unroll(cell, p, x, context).outputs, context), y),
  });
  const optimizer = sgd({ learningRate: 0.01 });
  return trainingProgram(model, { optimizer, rows, batchSize: { max, hyperparameter: "batch" } }).program;
};

const programs: Record<string, () => Program> = {
  "tanh net": () => classifier(net({})),
  "relu net with dropout": () => classifier(net({ activation: "relu", dropout: 0.3 })),
  "gelu net with layer norm": () => classifier(net({ activation: "gelu", layerNorm: true })),
  "recurrent net": sequence,
  "mean of a function of the batch": () => {
    const model = defineModel({
      parameters: { w: { shape: [3], init: () => [0, 0, 0] } },
      data: { x: { shape: [3] } },
      loss: ({ w }, { x }, _, context) => {
        const y = x.matmul(w);
        const centred: Tensor = y.sub(y.mean());
        return context.batchMean(centred.square()).add(context.batchMean(y).square());
      },
    });
    const options = { rows, batchSize: { max, hyperparameter: "batch" } };
    return trainingProgram(model, { optimizer: sgd({ learningRate: 0.1 }), ...options }).program;
  },
};

/** Elements that count: the first size·elements/max. */
const kept = (node: Node, size: number): number => (sizeOf(node.shape) / max) * size;

/** Runs a step with everything that need not be computed replaced by rubbish. */
function lazily(program: Program, context: Context, size: number): Value[] {
  const plan = ownRows(program)!;
  const values = new Map<number, Value>();
  const cut = (id: number): Value => {
    const copy = values.get(id)!.slice();
    copy.fill(0, kept(program.nodes[id]!, size));
    return copy;
  };
  return evaluateProgram(program, context, new Map(), (node, value) => {
    values.set(node.id, value);
    if (plan.contracted.has(node.id)) {
      const sources = node.inputs.map((id) => program.nodes[id]!);
      value.set(evaluate(node, node.inputs.map(cut), sources));
    }
    // Views share memory with their source; labels and indices have to stay in range.
    if (!plan.partial.has(node.id) || node.op === "reshape" || node.op === "stopGradient") return;
    value.fill(node.dtype === "int32" ? 0 : 1e3, kept(node, size));
  });
}

async function open(program: Program): Promise<Session> {
  const session = await reference.compile({ train: program }, { members: 1, key: key(1) });
  const draws = stream(key(4), "slots");
  for (const slot of session.slots) {
    const size = sizeOf(slot.shape);
    if (slot.name === "train.y" && slot.dtype === "int32") {
      session.write(
        slot.name,
        "all",
        Int32Array.from({ length: size }, () => draws.integer(4)),
      );
    } else
      session.write(
        slot.name,
        "all",
        Float64Array.from({ length: size }, () => Math.abs(draws.normal())),
      );
  }
  return session;
}

describe("own rows", () => {
  it.each(Object.entries(programs))("leave every update and metric as it is: %s", async (_, build) => {
    const program = build();
    const session = await open(program);
    for (const size of [1, 3, max]) {
      session.write("batch", 0, [size]);
      const context: Context = {
        draw: { key: key(1), memberId: 0, step: 4 },
        read: (slot) => Float64Array.from(session.read(slot, "all")),
      };
      const full = evaluateProgram(program, context);
      const lazy = lazily(program, context, size);
      for (const { node } of [...program.updates, ...program.metrics]) {
        expect([...lazy[node]!]).toEqual([...full[node]!]);
      }
    }
  });

  it("cover all work on the batch of a plain net", () => {
    const program = classifier(net({ hidden: [6, 7] }));
    const plan = ownRows(program)!;
    const batched = program.nodes.filter((node) => node.shape[0] === max && node.op !== "randomIndex");
    expect(batched.filter((node) => !plan.partial.has(node.id)).map((node) => node.op)).toEqual([]);
    const products = program.nodes.filter((node) => node.op === "matmul" && node.transposeA);
    expect(products.length).toBe(3);
    for (const node of products) expect(plan.contracted.has(node.id)).toBe(true);
    expect(program.nodes[plan.size]).toMatchObject({ op: "read", slot: "batch" });
  });

  it("are nothing special where all members have one batch size", () => {
    const model = defineModel({
      parameters: { w: { shape: [3], init: () => [0, 0, 0] } },
      loss: ({ w }) => w.sum(),
    });
    expect(ownRows(trainingProgram(model, { optimizer: sgd({ learningRate: 1 }) }).program)).toBeUndefined();
  });
});
