import { describe, expect, it } from "vitest";
import {
  concat,
  defineModel,
  Graph,
  type Program,
  softmaxCrossEntropy,
  Tensor,
  Trace,
  trace,
  trainingProgram,
  type UpdateRule,
  validate,
  where,
} from "./index.ts";

const still: UpdateRule = {
  name: "still",
  init: () => ({}),
  update: (gradients) => ({ updates: gradients, state: {} }),
};

/** The line of this file that holds a mark. */
function lineOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

const zero = { shape: [4, 3], init: () => new Float64Array(12) };

describe("errors of a model", () => {
  it("name the file and line that asked, the operation, the shapes that came and what to do", () => {
    const here = new Error("here").stack!.match(/trace\.test\.ts:(\d+)/)![1];
    const message = lineOf(() =>
      trainingProgram(
        defineModel({
          parameters: { w: zero },
          data: { x: { shape: [5] } },
          loss: ({ w }, { x }) => x.matmul(w).sum(1),
        }),
        { optimizer: still, rows: 10, batchSize: 2 },
      ),
    );
    expect(message).toMatch(/trace\.test\.ts:\d+: matmul: inner sizes need to agree, 5 is not 4, /);
    expect(message).toContain("got float32 [2, 5] and float32 [4, 3]. Check the sizes of the layer before.");
    expect(Number(message.match(/trace\.test\.ts:(\d+)/)![1])).toBe(Number(here) + 6);
  });

  const t = new Trace();
  const x = t.parameter("x", [2, 3]);
  const y = t.parameter("y", [3]);
  const index = t.memory("index", [2], "int32");
  it.each<[string, () => unknown, string]>([
    [
      "add",
      () => x.add(t.constant([1, 2])),
      "add: shapes broadcast from the last axis, sizes equal or 1, got [2, 3] and [2]",
    ],
    ["reshape", () => x.reshape([4, 2]), "reshape: [4, 2] holds 8 elements, not 6, got float32 [2, 3]"],
    ["transpose", () => x.transpose([0, 0]), "transpose: [0, 0] needs to name each axis once"],
    ["slice", () => x.slice(1, 5, 1), "slice: starts [0, 1] with sizes [2, 4] need to lie inside"],
    ["slice axis", () => x.slice(0, 0, 2), "slice: needs an axis of"],
    ["concat", () => concat([x, y.expand(0).expand(0)], 0), "concat: inputs need to differ only on axis 0"],
    ["sum", () => x.sum(2), "sum: axes [2] need to be different axes of the input"],
    [
      "gather",
      () => x.gather(y),
      'gather: needs an int32 index, got float32 [2, 3] and float32 [3]. Declare the labels or indices with dtype "int32".',
    ],
    ["pick", () => y.pick(index), "pick: needs values […n, c] and an index […n]"],
    [
      "crossEntropy",
      () => softmaxCrossEntropy(y, index),
      "crossEntropy: needs values […n, c] and an index […n]",
    ],
    [
      "exp of an index",
      () => index.exp(),
      "exp: needs float32 inputs, got int32 [2]. Convert labels and indices with toFloat().",
    ],
    ["where", () => where(y, x, t.constant([1, 2])), "where: shapes broadcast"],
    ["broadcast", () => x.broadcastTo([3]), "broadcast: [2, 3] has more axes than [3]"],
    ["an empty shape", () => t.parameter("z", [0]), "read: a shape holds integers >= 1, got [0]"],
    [
      "a slot in two shapes",
      () => t.parameter("x", [3]),
      "x: is already parameter float32 [2, 3], and now parameter float32 [3]",
    ],
    [
      "an update of the wrong shape",
      () => t.update("x", y),
      "x: is float32 [2, 3], its update is float32 [3]",
    ],
    ["an update of nothing", () => t.update("no", y), "no: only a member's own storage can be updated"],
    [
      "a metric that is no number",
      () => t.metric("y", y),
      "metric y: needs a float32 number, got float32 [3]",
    ],
    [
      "two programs",
      () => x.add(new Trace().parameter("x", [2, 3])),
      "add: an input belongs to another program",
    ],
    [
      "an unknown rate",
      () => t.randomIndex("i", 4, 0),
      "randomIndex: needs a bound that is an integer >= 1, got 0",
    ],
  ])("are clear for %s", (_, work, expected) => {
    const message = lineOf(work);
    expect(message).toContain(expected);
    expect(message).toMatch(/^\S*trace\.test\.ts:\d+: /);
  });

  it("name a loss that is neither a number nor one per example", () => {
    const model = defineModel({
      parameters: { w: zero },
      data: { x: { shape: [4] } },
      loss: ({ w }, { x }) => x.matmul(w),
    });
    const options = { optimizer: still, rows: 10, batchSize: 2 };
    expect(() => trainingProgram(model, options)).toThrow(
      "loss: needs shape [] or [2], one number per example, got [2, 3]",
    );
    expect(() => trainingProgram(model, { ...options, batchSize: 0 })).toThrow(
      "rows and batchSize need to be integers >= 1, got 10 and 0",
    );
  });
});

describe("a traced program", () => {
  it("makes equal nodes once, and drops what nothing needs", () => {
    const program = trace((t) => {
      const x = t.parameter("x", [3]);
      const unused = x.exp().sum();
      expect(unused.rank).toBe(0);
      t.update("x", x.tanh().add(x.tanh()).mul(1).add(0).stopGradient());
    });
    expect(program.nodes.map((node) => node.op)).toEqual(["read", "tanh", "add"]);
  });

  it("puts the population axis only where members differ", () => {
    const program = trace((t) => {
      const data = t.data("x", [5, 2]);
      t.metric("m", data.square().sum().add(t.hyper("h")));
    });
    expect(program.nodes.map(({ op, scope }) => `${op} ${scope}`)).toEqual([
      "read shared",
      "square shared",
      "sum shared",
      "read member",
      "add member",
    ]);
  });

  it("turns transposed factors into attributes of the product", () => {
    const program = trace((t) => {
      const a = t.parameter("a", [2, 3]);
      const b = t.parameter("b", [5, 2]);
      t.output("c", a.transpose().matmul(b.transpose()).reshape([15]).reshape([3, 5]));
    });
    const node = program.nodes.at(-1)!;
    expect(program.nodes.map(({ op }) => op)).toEqual(["read", "read", "matmul"]);
    expect(node.op === "matmul" && [node.transposeA, node.transposeB, ...node.shape]).toEqual([
      true,
      true,
      3,
      5,
    ]);
  });

  it("gives labels the range that the number of classes sets", () => {
    const model = defineModel({
      parameters: { w: zero },
      data: { x: { shape: [4] }, y: { shape: [], dtype: "int32" } },
      loss: ({ w }, { x, y }) => softmaxCrossEntropy(x.matmul(w), y),
    });
    const { program } = trainingProgram(model, { optimizer: still, rows: 10, batchSize: 2 });
    expect(program.slots.find((slot) => slot.name === "train.y")?.below).toBe(3);
  });

  it("reads a sequence time by time with one joined adjoint, not one per time", () => {
    const model = defineModel({
      parameters: { x: { shape: [20, 3], init: () => [] } },
      loss: ({ x }) => {
        let h = x.at(0).mul(0);
        for (let t = 0; t < 20; t++) h = h.add(x.at(t)).tanh();
        return h.sum();
      },
    });
    const { program } = trainingProgram(model, { optimizer: still });
    const count = (op: string): number => program.nodes.filter((node) => node.op === op).length;
    expect([count("concat"), count("pad")]).toEqual([1, 0]);
  });

  it("is checked as a whole when it comes from elsewhere", () => {
    const good = trace((t) => t.update("x", t.parameter("x", [2]).exp()));
    expect(() => validate(good)).not.toThrow();
    const [read, exp] = good.nodes;
    const bad: Program = {
      ...good,
      nodes: [read!, { ...exp!, shape: [3], id: 7 }],
      updates: [{ slot: "y", node: 1 }],
      metrics: [{ name: "m", node: 1 }],
    };
    expect(() => validate(bad)).toThrow(
      [
        "node 1 (exp): its id needs to be its position, got 7.",
        "node 1 (exp): says float32 [3], its inputs give float32 [2].",
        "update of y: needs a declared slot of the member.",
        "metric m: needs a float32 node of shape [].",
      ].join("\n"),
    );
  });

  it("knows no operation but its own", () => {
    const graph = new Graph();
    const x = new Tensor(graph, graph.read("x", "parameter", [2]));
    expect(() => x.apply({ op: "fourier" } as never)).toThrow(
      "fourier: is not an operation of this version.",
    );
  });
});
