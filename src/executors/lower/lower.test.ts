import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { momentum } from "../../optim/index.ts";
import { key } from "../../random/index.ts";
import { defineModel, softmaxCrossEntropy, Trace, trainingProgram } from "../../tensor/index.ts";
import { allocate, padded } from "./arena.ts";
import { fuse } from "./fuse.ts";
import { results } from "./kernel.ts";
import { prepare } from "./prepare.ts";
import { lower } from "./program.ts";
import { schedule } from "./schedule.ts";
import { isContiguous, resolveViews, rowMajor } from "./view.ts";

const zeros = (_: unknown, shape: readonly number[]): Float32Array =>
  new Float32Array(shape.reduce((a, b) => a * b, 1));

/** 64-64-10, tanh, batch 64. */
const w1 = trainingProgram(
  defineModel({
    parameters: {
      w1: { shape: [64, 64], init: zeros },
      b1: { shape: [64], init: zeros },
      w2: { shape: [64, 10], init: zeros },
      b2: { shape: [10], init: zeros },
    },
    data: { x: { shape: [64] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }) => softmaxCrossEntropy(x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2), y),
  }),
  { optimizer: momentum({ learningRate: "rate", momentum: "beta" }), rows: 100, batchSize: 64 },
).program;

describe("the arena", () => {
  it("never lets two blocks overlap that live at the same time, and stays below the sum", () => {
    const block = fc.record({
      size: fc.integer({ min: 0, max: 5000 }),
      from: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 30 }), (made) => {
        const blocks = made.map(({ size, from, length }) => ({ size, from, to: from + length }));
        const { offsets, size } = allocate(blocks);
        blocks.forEach((a, i) => {
          expect(offsets[i]! % 64).toBe(0);
          expect(offsets[i]! + padded(a.size)).toBeLessThanOrEqual(size);
          blocks.slice(0, i).forEach((b, j) => {
            if (a.from > b.to || b.from > a.to) return;
            const apart =
              offsets[i]! + padded(a.size) <= offsets[j]! || offsets[j]! + padded(b.size) <= offsets[i]!;
            expect(apart).toBe(true);
          });
        });
        expect(size).toBeLessThanOrEqual(blocks.reduce((sum, b) => sum + padded(b.size), 0));
      }),
    );
  });

  it("reuses the bytes of blocks whose time is over", () => {
    const chain = Array.from({ length: 50 }, (_, i) => ({ size: 1000, from: i, to: i + 1 }));
    expect(allocate(chain).size).toBe(2 * padded(1000));
  });
});

describe("views", () => {
  const t = new Trace();
  const x = t.state("x", [4, 6]);
  const made = {
    transposed: x.transpose(),
    block: x.slice(1, 3).slice(2, 5, 1),
    split: x.reshape([2, 2, 6]).transpose([1, 0, 2]),
    spread: x.at(0).reshape([1, 6]).broadcastTo([3, 6]),
  };
  const tangled = t.state("y", [4, 6]).transpose().reshape([24]);
  for (const [name, value] of Object.entries({ ...made, tangled })) t.output(name, value.add(1));
  // Not simplified: the nodes keep their numbers.
  const program = t.graph.program();
  const views = resolveViews(program);
  const view = (tensor: { readonly id: number }) => views.of[tensor.id]!;

  it("look through transpose, slice, reshape and broadcast by strides", () => {
    expect(view(made.transposed)).toEqual({ source: x.id, offset: 0, shape: [6, 4], strides: [1, 6] });
    expect(view(made.block)).toMatchObject({ source: x.id, offset: 8, shape: [2, 3], strides: [6, 1] });
    expect(view(made.split)).toMatchObject({ source: x.id, shape: [2, 2, 6], strides: [6, 12, 1] });
    expect(view(made.spread)).toMatchObject({ source: x.id, shape: [3, 6], strides: [0, 1] });
  });

  it("copy where no strides give the wanted shape", () => {
    expect([...views.copied]).toEqual([view(tangled).source]);
    expect(program.nodes[view(tangled).source]!.op).toBe("transpose");
    expect(isContiguous(view(tangled))).toBe(true);
  });

  it("count row-major strides from the last axis", () => {
    expect(rowMajor([2, 3, 4])).toEqual([12, 4, 1]);
    expect(rowMajor([])).toEqual([]);
  });
});

describe("fusion", () => {
  const prepared = prepare(w1);
  const kernels = fuse(prepared.program, prepared.views, prepared.live);
  const { inPlace, copies } = schedule(prepared.program, prepared.views, kernels);
  const nodes = prepared.program.nodes;

  it("computes each node once", () => {
    const all = kernels.flatMap((kernel) => [...results(kernel)]);
    expect(new Set(all).size).toBe(all.length);
    expect(kernels.filter(({ kind }) => kind === "loop").length).toBeLessThan(14);
  });

  it("puts bias and activation on the tile of the forward product, and the update on that of the gradient", () => {
    const products = kernels.flatMap((kernel) =>
      kernel.kind === "loop" && kernel.matmul !== undefined ? [kernel] : [],
    );
    const ops = products.map((kernel) => kernel.nodes.map((id) => nodes[id]!.op).join(" "));
    expect(products.length).toBe(5);
    expect(ops.filter((text) => text === "add tanh").length).toBe(1);
    const updating = products.filter((kernel) => kernel.nodes.some((id) => inPlace.has(id)));
    expect(updating.length).toBe(2);
  });

  it("takes loss and gradient of the cross-entropy from one pass", () => {
    const singles = kernels.flatMap((kernel) => (kernel.kind === "single" ? [kernel] : []));
    const gradient = singles.find(({ node }) => nodes[node]!.op === "crossEntropyGradient");
    expect(nodes[gradient!.loss!]!.op).toBe("crossEntropy");
    expect(singles.some(({ node }) => nodes[node]!.op === "crossEntropy")).toBe(false);
  });

  it("writes parameters and velocities over their old values, without copies", () => {
    expect([...inPlace.values()].toSorted()).toEqual(
      ["w1", "b1", "w2", "b2"].flatMap((name) => [name, `optimizer/velocity.${name}`]).toSorted(),
    );
    expect(copies).toEqual([]);
  });

  it("needs one batch of activations of working memory", () => {
    const { arenaBytes } = lower(w1, { key: key(1), relaxed: false, constantsFrom: 0 });
    // x, hidden, and the small arrays of ten classes.
    expect(arenaBytes).toBeLessThan(1.5 * 4 * (64 * 64 * 2 + 64 * 10));
  });
});
