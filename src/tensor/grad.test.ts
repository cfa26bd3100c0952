import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  abs,
  concat,
  gelu,
  Graph,
  grad,
  logSumExp,
  normalSample,
  optimise,
  reference,
  scan,
  softmax,
  softmaxCrossEntropy,
  stack,
  Tensor,
  uniformSample,
  validate,
  where,
} from "./index.ts";
import { rules } from "./vjp.ts";

const labels = Int32Array.of(2, 0);

/** A weighted sum, so that every element of y has its own adjoint. */
const probe = (y: Tensor): Tensor =>
  y
    .mul(
      new Tensor(y.graph, y.graph.add({ op: "constant", values: weights(y.size) }, [], { shape: y.shape })),
    )
    .sum();
const weights = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => Math.cos(1 + 1.7 * i));

const integers = (graph: Graph, values: Int32Array, shape: readonly number[]): Tensor =>
  new Tensor(graph, graph.add({ op: "constant", values }, [], { shape }));

/** The gradients by reverse mode and by central differences of a function of two matrices `[2, 3]`. */
async function gradients(
  loss: (x: Tensor, y: Tensor) => Tensor,
  x: readonly number[],
  y: readonly number[],
): Promise<{ exact: number[]; numeric: number[]; value: number }> {
  const graph = new Graph();
  const slot = (name: string): Tensor => new Tensor(graph, graph.read(name, "parameter", [2, 3]));
  const inputs = [slot("x"), slot("y")];
  const value = loss(inputs[0]!, inputs[1]!);
  graph.metric("loss", value.id);
  grad(value, inputs).forEach((g, i) => {
    graph.read(`d${i}`, "memory", [2, 3]);
    graph.update(`d${i}`, g.id);
  });
  validate(graph.program());
  const program = optimise(graph.program());
  validate(program);
  const session = await reference.compile({ p: program }, { members: 1, key: key(3) });
  const at = async (data: readonly number[]): Promise<number> => {
    session.write("x", 0, data.slice(0, 6));
    session.write("y", 0, data.slice(6));
    await session.step("p", 1, 5);
    return session.metrics("p")["loss"]!.last[0]!;
  };
  const point = [...x, ...y];
  const numeric: number[] = [];
  const h = 1e-5;
  for (let i = 0; i < 12; i++) {
    const moved = (by: number): number[] => point.map((v, j) => (i === j ? v + by : v));
    numeric.push(((await at(moved(h))) - (await at(moved(-h)))) / (2 * h));
  }
  const result = await at(point);
  return { exact: [...session.read("d0", 0), ...session.read("d1", 0)], numeric, value: result };
}

const a = [0.3, -1.2, 0.7, 1.9, -0.4, 0.85];
const b = [1.1, 0.6, -0.9, 0.35, 2.2, -1.4];
const positive = (x: Tensor): Tensor => x.square().add(0.5);

const cases: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  neg: (x) => x.neg(),
  exp: (x) => x.exp(),
  log: (x) => positive(x).log(),
  tanh: (x) => x.tanh(),
  relu: (x) => x.relu(),
  sigmoid: (x) => x.sigmoid(),
  softplus: (x) => x.softplus(),
  sqrt: (x) => positive(x).sqrt(),
  square: (x) => x.square(),
  reciprocal: (x) => positive(x).reciprocal(),
  sin: (x) => x.sin(),
  cos: (x) => x.cos(),
  add: (x, y) => x.add(y.square()),
  sub: (x, y) => x.sub(y.square()),
  mul: (x, y) => x.mul(y),
  div: (x, y) => x.div(positive(y)),
  maximum: (x, y) => x.maximum(y),
  minimum: (x, y) => x.minimum(y),
  where: (x, y) => where(x.greater(0.5), x.square(), y.exp()),
  matmul: (x, y) => x.matmul(y.transpose()),
  "matmul transposed first": (x, y) =>
    x.apply({ op: "matmul", transposeA: true, transposeB: false }, [y]).square(),
  "matmul transposed second": (x, y) =>
    x.apply({ op: "matmul", transposeA: false, transposeB: true }, [y]).square(),
  "matmul transposed both": (x, y) =>
    x.apply({ op: "matmul", transposeA: true, transposeB: true }, [y.reshape([3, 2])]).square(),
  sum: (x) => x.square().sum(0),
  mean: (x) => x.square().mean(-1),
  max: (x) => x.max(1),
  broadcast: (x, y) => x.mul(y.sum(0)).add(y.sum(1).expand(-1)),
  reshape: (x, y) => x.reshape([3, 2]).matmul(y),
  transpose: (x) => x.transpose().square(),
  slice: (x) => x.slice(1, 3, 1).square(),
  pad: (x) => x.pad([1, 0], [0, 2]).add(1).square(),
  concat: (x, y) => concat([x, y.square(), x], 1).square(),
  stack: (x, y) => stack([x, y], 1).square(),
  at: (x, y) => x.at(1).mul(y.at(-1, 1).sum()),
  "slices side by side, overlapping and apart": (x, y) =>
    x
      .slice(0, 2, 1)
      .mul(y.slice(1, 3, 1))
      .add(x.slice(1, 3, 1).square())
      .add(x.at(2, 1).expand(-1).mul(y.at(0, 1).expand(-1)))
      .mul(x.slice(0, 1, 0).slice(0, 2, 1)),
  gather: (x) => x.gather(integers(x.graph, Int32Array.of(1, 0, 1, 1), [2, 2])).square(),
  scatterAdd: (x) =>
    integers(x.graph, Int32Array.of(3, 1), [2]).apply({ op: "scatterAdd" }, [x], [4, 3]).square(),
  pick: (x) => x.pick(integers(x.graph, labels, [2])).square(),
  place: (x) =>
    integers(x.graph, labels, [2])
      .apply({ op: "place" }, [x.sum(1)], [2, 3])
      .square(),
  crossEntropy: (x) => softmaxCrossEntropy(x, integers(x.graph, labels, [2])),
  crossEntropyGradient: (x, y) =>
    x.apply({ op: "crossEntropyGradient" }, [integers(x.graph, labels, [2]), y.sum(1)]).square(),
  gelu: (x) => gelu(x),
  abs: (x) => abs(x),
  softmax: (x) => softmax(x),
  logSumExp: (x) => logSumExp(x),
  dropout: (x) => x.mul(uniformSample(x.graph, "mask", [2, 3]).greaterEqual(0.3)).div(0.7),
  noise: (x) => x.mul(normalSample(x.graph, "noise", [2, 3])).square(),
  scan: (x, y) => {
    const step = (h: Tensor, row: Tensor) => {
      const next = h.mul(row).tanh().add(x.at(1));
      return { carry: next, y: next.square() };
    };
    const { carry, ys } = scan(step, x.at(0), y.reshape([6]).slice(0, 4));
    return carry.add(ys.at(2)).add(ys.at(0));
  },
  "scan backwards, over records, with the time": (x, y) => {
    const xs = { u: x.transpose(), v: y.transpose() };
    const { carry, ys } = scan(
      ({ a, b }, { u, v }, t) => {
        const next = { a: a.add(u.mul(v)).sin(), b: b.mul(u.sum().mul(0.3)).add(t.mul(0.1)) };
        return { carry: next, y: [next.a.mul(next.b), u] };
      },
      { a: y.at(0, 1), b: x.at(0).sum() },
      xs,
      { reverse: true },
    );
    return ys[0]!.sum(1).add(ys[1]!.mul(ys[0]!).sum(1)).add(carry.b);
  },
  "scan with products, and stacks of several values": (x, y) => {
    const w = x.transpose().matmul(y);
    const { carry, ys } = scan(
      (h, row) => {
        const inner = h.matmul(w).mul(0.3).add(row);
        return { carry: inner.tanh(), y: { inner, outer: inner.sigmoid() } };
      },
      x,
      y,
    );
    return ys.inner.mul(ys.outer).sum(0).add(carry);
  },
  "scan in scan": (x, y) =>
    scan(
      (h, row) => {
        const inner = scan((c, u) => ({ carry: c.mul(u).add(row.mean()).tanh(), y: c.mul(h) }), h, x.at(0));
        return { carry: inner.carry.add(inner.ys.sum(0).mul(0.1)) };
      },
      y.at(0),
      x,
    ).carry,
  "second derivative of a scan": (x, y) =>
    grad(probe(scan((h, row) => ({ carry: h.mul(row).add(x.at(0)).tanh() }), x.at(1), y).carry.square()), [
      x,
    ])[0]!,
  "second derivative": (x, y) => grad(x.square().mul(x).mul(y.exp()).sum(), [x])[0]!,
};

/** Central differences of step 1e-5 on values of order one: truncation 1e-10, cancellation 1e-11; margin for curvature. */
const TOLERANCE = 1e-7;

describe("reverse mode", () => {
  it.each(Object.entries(cases))("agrees with finite differences: %s", async (_, f) => {
    const { exact, numeric } = await gradients((x, y) => probe(f(x, y)), a, b);
    numeric.forEach((value, i) =>
      expect(Math.abs(exact[i]! - value)).toBeLessThan(TOLERANCE * (1 + Math.abs(value))),
    );
    expect(numeric.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  });

  it("has a finite-difference case for each operation that has a derivative", () => {
    const silent = ["stopGradient", "heaviside", "greater", "greaterEqual", "equal", "toFloat", "argmax"];
    const missing = Object.keys(rules).filter(
      (op) =>
        !(op in cases) &&
        !silent.includes(op) &&
        !["batchWeights", "randomIndex", "shuffledIndex"].includes(op),
    );
    expect(missing).toEqual([]);
  });

  it("agrees with finite differences on random programs", async () => {
    const smooth: ((x: Tensor, y: Tensor) => Tensor)[] = [
      (x) => x.tanh(),
      (x) => x.sigmoid(),
      (x) => x.softplus(),
      (x) => x.mul(0.3).sin(),
      (x, y) => x.add(y),
      (x, y) => x.mul(y),
      (x, y) => x.sub(y.mul(0.5)),
      (x, y) => x.div(y.square().add(1)),
      (x, y) => x.matmul(y.transpose()).matmul(y).mul(0.2),
      (x) => softmax(x),
      (x, y) => x.sub(y.mean(0)),
      (x, y) => where(y.greater(0.123), x, x.cos()),
      (x) => concat([x.slice(1, 3, 1), x.slice(0, 1, 1)], 1),
      (x) => x.tanh().stopGradient().mul(0).add(x),
    ];
    const operation = fc.tuple(fc.nat(smooth.length - 1), fc.nat(100), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 1, maxLength: 8 }),
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 }),
        async (operations, point) => {
          // Away from the threshold of `where`, where the function has no derivative.
          const safe = point.map((v) => (Math.abs(v - 0.123) < 1e-3 ? 0.2 : v));
          const { exact, numeric, value } = await gradients(
            (x, y) => {
              const values = [x, y];
              for (const [which, first, second] of operations) {
                const left = values[first % values.length]!;
                const right = [x, y][second % 2]!;
                values.push(smooth[which]!(left, right));
              }
              return probe(values.reduce((sum, term) => sum.add(term.tanh())));
            },
            safe.slice(0, 6),
            safe.slice(6),
          );
          expect(Number.isFinite(value)).toBe(true);
          numeric.forEach((expected, i) =>
            expect(Math.abs(exact[i]! - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected))),
          );
        },
      ),
      { numRuns: 60, seed: 20 },
    );
  });

  it("gives zero for what the loss does not depend on, and for what stopGradient hides", async () => {
    const { exact } = await gradients((x) => x.stopGradient().mul(x).sum(), a, b);
    expect(exact).toEqual([...a, 0, 0, 0, 0, 0, 0]);
  });

  it("refuses a loss that is not one number", () => {
    const graph = new Graph();
    const x = new Tensor(graph, graph.read("x", "parameter", [2]));
    expect(() => grad(x, [x])).toThrow("loss: needs one float32 number per member, got float32 [2]");
  });
});
