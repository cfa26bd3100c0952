import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as optim from "../optim/index.ts";
import { adam, chain, clipByNorm, langevin } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import * as functions from "../tensor/functions.ts";
import * as tensor from "../tensor/index.ts";
import {
  abs,
  defineModel,
  evaluationProgram,
  initialise,
  predict,
  reference as executor,
  scan,
  trainingProgram,
} from "../tensor/index.ts";
import * as nets from "./index.ts";
import * as losses from "./losses.ts";
import { accuracy, crossEntropy, gaussian, glorot, mlp, orthogonal } from "./index.ts";

const guide = readFileSync(new URL("../../docs/tensor.md", import.meta.url), "utf8");

const packages = { tensor, optim, nets, "": { key, stateReader: "of trainers, which nets may not import" } };

const plain = (text: string): string => text.replace(/\s+/g, "").replace(/,([)\]}])/g, "$1");

describe("the guide to models", () => {
  it("shows code that is run here", () => {
    const own = plain(readFileSync(new URL(import.meta.url), "utf8"));
    const blocks = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
    expect(blocks.length).toBe(5);
    for (const block of blocks) expect(own).toContain(plain(block.replaceAll(/^import .*$/gm, "")));
    const imports = [...guide.matchAll(/^import \{ (.*) \} from "polytempo\/?(.*)";$/gm)];
    expect(imports.length).toBe(5);
    for (const [, names, from] of imports) {
      const names_ = names!.split(", ").map((name) => name.split(" as ")[0]!);
      for (const name of names_) expect(Object.keys(packages[from as keyof typeof packages])).toContain(name);
    }
  });

  it("lists every operation, and none that there is not", () => {
    const table = /<!-- operations -->([\s\S]*)<!-- end of operations -->/.exec(guide)![1]!;
    const written = [...table.matchAll(/`((?:x\.)?\w+)\(/g)].map(([, name]) => name!);
    const inside = ["constructor", "apply", "literal", "toJSON", "pair", "axes", "node"];
    const known = ["shape", "dtype", "rank", "size"];
    const methods = Object.getOwnPropertyNames(tensor.Tensor.prototype).filter(
      (name) => ![...inside, ...known].includes(name),
    );
    const listed = [...methods.map((name) => `x.${name}`), ...Object.keys(functions), ...Object.keys(losses)];
    expect(written.toSorted()).toEqual(listed.toSorted());
    for (const name of known) expect(guide).toContain(`\`x.${name}\``);
    const context = /`context` has ([\s\S]*?);/.exec(guide)![1]!;
    expect([...context.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(
      Object.keys(tensor.inferenceContext(new tensor.Trace())).toSorted(),
    );
  });

  it("trains a population on two arcs", async () => {
    const draws = stream(key(1), "arcs");
    const labels = Array.from({ length: 200 }, (_, i) => i % 2);
    const points = labels.flatMap((label) => {
      const angle = Math.PI * draws.uniform();
      const [x, y] = [Math.cos(angle), Math.sin(angle)];
      const [dx, dy] = [0.1 * draws.normal(), 0.1 * draws.normal()];
      return label === 0 ? [x + dx, y + dy] : [1 - x + dx, 0.4 - y + dy];
    });

    const net = mlp({ inputs: 2, hidden: [16], outputs: 2, activation: "relu", dropout: "dropout" });

    const model = defineModel({
      parameters: net.parameters,
      data: { x: { shape: [2] }, y: { shape: [], dtype: "int32" } },
      hyperparameters: ["l2"],
      loss: (p, { x, y }, { l2 }, context) => {
        const fit = context.batchMean(crossEntropy(net.apply(p, x, context), y));
        return fit.add(p["mlp.0.weight"]!.square().sum().mul(l2));
      },
      metrics: (p, { x, y }, _, context) => ({ accuracy: accuracy(net.apply(p, x, context), y) }),
    });

    const training = trainingProgram(model, {
      rows: 200,
      batchSize: { max: 32, hyperparameter: "batchSize" },
      optimizer: chain(clipByNorm({ norm: 1 }), adam({ learningRate: "lr", beta1: "beta1" })),
    });
    const evaluation = evaluationProgram(model, { rows: 200, data: "train" });

    const session = await executor.compile(
      { train: training.program, evaluate: evaluation.program },
      { members: 4, key: key(7) },
    );
    for (let member = 0; member < 4; member++) initialise(session, training, key(7), member);
    session.write("train.x", "all", points);
    session.write("train.y", "all", labels);
    session.write("lr", "all", [0.003, 0.01, 0.03, 0.1]);
    session.write("beta1", "all", [0.9]);
    session.write("batchSize", "all", [8, 16, 24, 32]);
    session.write("dropout", "all", [0.1]);
    session.write("l2", "all", [1e-4]);

    await session.step("train", 100, 0);
    await session.step("evaluate", evaluation.steps, 0);
    const scores = session.metrics("evaluate")["accuracy"]!.mean;
    session.copyMember(2, 0);

    expect(scores[2]).toBeGreaterThan(0.9);
    expect(scores[2]).toBeGreaterThan(scores[0]!);
    expect(session.read("mlp.0.weight", 0)).toEqual(session.read("mlp.0.weight", 2));

    const winner = new Map(
      Object.keys(model.parameters).map((name) => [name, session.read(name, 2)] as const),
    );
    const { values } = await predict({
      model,
      parameters: winner,
      data: { x: [0, 1, 1, -0.6] },
      output: (p, { x }, _, context) => net.apply(p, x, context).argmax(),
    });
    expect([...values]).toEqual([0, 1]);
  });

  it("measures a robust fit without the coefficient that evolves", async () => {
    const net = mlp({ inputs: 2, hidden: [], outputs: 1 });
    const robust = defineModel({
      parameters: net.parameters,
      data: { x: { shape: [2] }, y: { shape: [1] } },
      hyperparameters: ["delta"],
      loss: (p, { x, y }, { delta }, context) => {
        const error = abs(net.apply(p, x, context).sub(y));
        const near = error.minimum(delta);
        return near.square().mul(0.5).add(error.sub(near).mul(delta)).mean(-1);
      },
      metrics: (p, { x, y }, _, context) => ({ absolute: abs(net.apply(p, x, context).sub(y)).mean(-1) }),
    });

    const { program, steps } = evaluationProgram(robust, { rows: 2 });
    const session = await executor.compile({ evaluate: program }, { members: 2, key: key(1) });
    session.write("mlp.0.weight", "all", [1, 1]);
    session.write("mlp.0.bias", "all", [0]);
    session.write("validation.x", "all", [1, 2, 0, 1]);
    session.write("validation.y", "all", [0, 1.5]);
    session.write("delta", "all", [2, 0.1]);
    await session.step("evaluate", steps, 0);
    const { loss, absolute } = session.metrics("evaluate");
    // Errors 3 and 0.5: ½·4 + 2·1 and ½·0.25; then ½·0.01 + 0.1·2.9 and ½·0.01 + 0.1·0.4.
    expect(loss!.mean[0]).toBeCloseTo((4 + 0.125) / 2, 12);
    expect(loss!.mean[1]).toBeCloseTo((0.295 + 0.045) / 2, 12);
    expect([...absolute!.mean]).toEqual([1.75, 1.75]);
  });

  it("trains a loop over time", async () => {
    const network = defineModel({
      parameters: { u: { shape: [3, 8], init: glorot }, w: { shape: [8, 8], init: orthogonal } },
      data: { x: { shape: [50, 3] }, y: { shape: [50, 8] } },
      loss: ({ u, w }, { x, y }, _, context) => {
        const start = { h: context.trace.constant(0, [context.batchSize, 8]) };
        const { ys } = scan(
          ({ h }, row) => {
            const next = context.dropout(row.matmul(u).add(h.matmul(w)).tanh(), 0.1);
            return { carry: { h: next }, y: next };
          },
          start,
          x.transpose([1, 0, 2]),
        );
        return ys.transpose([1, 0, 2]).sub(y).square().mean([1, 2]);
      },
    });

    const training = trainingProgram(network, {
      rows: 4,
      batchSize: 2,
      optimizer: adam({ learningRate: 0.02 }),
    });
    const session = await executor.compile({ train: training.program }, { members: 1, key: key(5) });
    initialise(session, training, key(5), 0);
    const draws = stream(key(6), "sequences");
    session.write(
      "train.x",
      "all",
      Array.from({ length: 600 }, () => draws.normal()),
    );
    session.write("train.y", "all", new Float64Array(1600).fill(0.3));
    const loss = async (steps: number, from: number): Promise<number> => {
      await session.step("train", steps, from);
      return session.metrics("train")["loss"]!.mean[0]!;
    };
    const first = await loss(1, 0);
    await loss(20, 1);
    expect(await loss(5, 21)).toBeLessThan(0.8 * first);
  });

  it("moves agents in a double well that h tilts", async () => {
    const agents = trainingProgram(
      defineModel({
        parameters: { theta: { shape: [2], init: gaussian(1) } },
        hyperparameters: ["h"],
        loss: ({ theta }, _, { h }) => theta.square().sub(1).square().sum().mul(0.25).sub(theta.sum().mul(h)),
      }),
      { optimizer: langevin({ stepSize: 0.05, temperature: "T" }) },
    );
    const members = 100;
    const session = await executor.compile({ move: agents.program }, { members, key: key(2) });
    for (let member = 0; member < members; member++) initialise(session, agents, key(2), member);
    session.write("h", "all", [0.5]);
    session.write("T", "all", [0.1]);
    await session.step("move", 400, 0);
    const mean = [...session.read("theta", "all")].reduce((sum, value) => sum + value, 0) / (2 * members);
    // ∫ θ exp(−L/T) dθ / Z = 1.15244 by quadrature (deviation 0.19, 200 values, some not yet out of the other
    // well). The standard error is 0.014.
    expect(Math.abs(mean - 1.15244)).toBeLessThan(0.07);
  });
});
