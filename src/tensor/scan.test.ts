import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  concat,
  defineModel,
  grad,
  type Program,
  reference,
  type Scan,
  scan,
  stack,
  Tensor,
  Trace,
  trace,
  trainingProgram,
  unrolled,
  type UpdateRule,
  validate,
} from "./index.ts";

/** Outputs of a program after one step of one member whose slots hold fixed numbers. */
async function run(program: Program, step = 3): Promise<Record<string, number[]>> {
  validate(program);
  const session = await reference.compile({ p: program }, { members: 1, key: key(5) });
  for (const { name, kind, shape } of session.slots) {
    if (kind === "memory") continue;
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: size }, (_, i) => Math.cos(1 + 1.3 * i + name.length) * 0.8);
    session.write(name, "all", values);
  }
  await session.step("p", 1, step);
  return Object.fromEntries(
    program.slots
      .filter(({ kind }) => kind === "memory")
      .map(({ name }) => [name, [...session.read(name, 0)]]),
  );
}

const scansOf = (program: Program): Scan[] =>
  program.nodes.flatMap((node) => (node.op === "scan" ? [node] : []));

type Step = (h: Tensor, x: Tensor, t: Tensor) => { readonly carry: Tensor; readonly y: Tensor };

/** The same loop, written out by hand. */
function byHand(step: Step, start: Tensor, xs: Tensor, reverse: boolean): { carry: Tensor; ys: Tensor } {
  const length = xs.shape[0]!;
  let carry = start;
  const ys: Tensor[] = [];
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const made = step(carry, xs.at(t), carry.literal(t));
    carry = made.carry;
    ys[t] = made.y;
  }
  return { carry, ys: stack(ys) };
}

/** Functions of [2, 3] tensors and of a matrix [3, 3] from outside. */
const bodies: readonly ((x: Tensor, y: Tensor, w: Tensor) => Tensor)[] = [
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.mul(0.4).exp().mul(0.3),
  (x, y) => x.add(y),
  (x, y) => x.mul(y),
  (x, y) => x.sub(y.mean(0)),
  (x, y) => x.div(y.square().add(1)),
  (x, _, w) => x.matmul(w).mul(0.3),
  (x, y) => x.matmul(y.transpose()).matmul(y).mul(0.1),
  (x, _, w) => x.add(w.sum(0)),
  (x, _, w) => x.mul(w.mean()),
  (x) => concat([x.slice(1, 3, 1), x.slice(0, 1, 1)], 1),
  (x, y) => x.maximum(y),
  (x) => x.transpose().reshape([2, 3]),
  (x, y) => scan((c, row) => ({ carry: c.mul(0.5).add(row.mul(y.at(0))) }), x.at(0), x).carry.add(x),
];

describe("a scan", () => {
  it("gives values and gradients of the loop written out by hand", async () => {
    const operation = fc.tuple(fc.nat(bodies.length - 1), fc.nat(100), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 1, maxLength: 7 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (operations, reverse, length, twice) => {
          const results = [true, false].map((looped) => {
            const t = new Trace();
            const h = t.parameter("h", [2, 3]);
            const xs = t.parameter("xs", [length, 2, 3]);
            const w = t.parameter("w", [3, 3]);
            const step: Step = (carry, x, time) => {
              const values = [x, carry, x.mul(time.add(1).mul(0.2))];
              for (const [which, first, second] of operations) {
                const pick = (i: number): Tensor => values[values.length - 1 - (i % values.length)]!;
                values.push(bodies[which]!(pick(first), pick(second), w));
              }
              const last = values.at(-1)!;
              return { carry: last.tanh(), y: last.add(carry).mul(0.5) };
            };
            const { carry, ys } = looped ? scan(step, h, xs, { reverse }) : byHand(step, h, xs, reverse);
            let loss = carry.square().sum().add(ys.sin().sum());
            if (twice) loss = grad(loss, [w])[0]!.square().sum();
            grad(loss, [h, xs, w]).forEach((g, i) => t.output(`g${i}`, g));
            t.output("carry", carry);
            t.output("ys", ys);
            return t.program();
          });
          const [loop, hand] = await Promise.all(results.map((program) => run(program)));
          const written = await run(unrolled(results[0]!));
          for (const [name, values] of Object.entries(hand!)) {
            values.forEach((value, i) => {
              const close = 1e-9 * (1 + Math.abs(value));
              expect(Math.abs(loop![name]![i]! - value), name).toBeLessThan(close);
              expect(Math.abs(written[name]![i]! - value), name).toBeLessThan(close);
            });
          }
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });

  it("has the same number of nodes for any length, forwards and backwards", () => {
    const nodes = (length: number): number[] => {
      const program = trace((t) => {
        const w = t.parameter("w", [3, 3]);
        const xs = t.data("x", [length, 2, 3]);
        const { ys } = scan(
          (h, x) => {
            const next = h.matmul(w).add(x).tanh();
            return { carry: next, y: next };
          },
          t.constant(0, [2, 3]),
          xs,
        );
        t.output("g", grad(ys.square().sum(), [w])[0]!);
      });
      return [program.nodes.length, ...scansOf(program).map(({ body }) => body.nodes.length)];
    };
    expect(nodes(500)).toEqual(nodes(2));
    expect(scansOf(trace(() => {})).length).toBe(0);
  });

  it("stores for the way back what is not cheap to compute again, once", () => {
    const program = trace((t) => {
      const w = t.parameter("w", [3, 3]);
      const { carry } = scan(
        // tanh and the carry are stored; the product's other factor and 1 − h² come from these.
        (h, x) => ({ carry: h.add(h.matmul(w).add(x).tanh().sub(h).mul(0.3)) }),
        t.parameter("h", [2, 3]),
        t.data("x", [9, 2, 3]),
      );
      t.output("g", grad(carry.square().sum(), [w])[0]!);
    });
    const [ahead, back] = scansOf(program);
    expect(ahead!.body.outputs.length - ahead!.carries).toBe(2);
    expect(back).toMatchObject({ reverse: true, carries: 2, sequences: 2 });
    expect(back!.body.nodes.some(({ op }) => op === "tanh")).toBe(false);
  });

  it("computes nothing that nobody looks at, and what is the same at all times outside", () => {
    const program = trace((t) => {
      const w = t.parameter("w", [3]);
      const { carry } = scan(
        ({ a, b, c }, { x }) => ({
          carry: { a: a.add(x.mul(w.exp())), b: b.add(c), c: c.mul(2) },
          y: { unused: a.cos() },
        }),
        { a: w, b: w, c: w },
        { x: t.data("x", [4, 3]), z: t.data("z", [4, 2]) },
      );
      t.output("a", carry.a);
    });
    const [only] = scansOf(program);
    expect(only).toMatchObject({ carries: 1, sequences: 1 });
    expect(only!.body.nodes.map(({ op }) => op)).toEqual(["argument", "argument", "argument", "mul", "add"]);
    expect(program.nodes.some(({ op }) => op === "exp")).toBe(true);
  });

  it("draws anew at each time: entry t of a draw outside, whatever is inside", async () => {
    const { inside, outside, nested } = (await run(
      trace((t) => {
        const zero = t.constant(0, [3]);
        const draw = (h: Tensor) => ({ carry: h, y: t.normal("z", [3]).add(t.uniform("u", [])) });
        t.output("inside", scan(draw, zero, undefined, { length: 4 }).ys);
        t.output("outside", t.normal("z", [4, 3]).add(t.uniform("u", [4]).expand(-1)));
        const loop = (h: Tensor) => ({ carry: h, y: scan(draw, h, undefined, { length: 2 }).ys });
        t.output("nested", scan(loop, zero, undefined, { length: 2 }).ys);
      }),
    )) as { inside: number[]; outside: number[]; nested: number[] };
    expect(new Set(inside).size).toBe(12);
    expect(inside).toEqual(outside);
    // The same purpose at the same step, in the order of the two loops' times.
    expect(nested).toEqual(outside);
  });

  it("drops units anew at each time in training, and not in evaluation", async () => {
    const still: UpdateRule = {
      name: "still",
      init: () => ({}),
      update: (updates) => ({ updates, state: {} }),
    };
    const model = defineModel({
      parameters: { h: { shape: [50], init: () => new Float64Array(50).fill(1) } },
      loss: ({ h }, _, __, context) => {
        const kept = scan((c) => ({ carry: c, y: context.dropout(c, 0.5) }), h, undefined, { length: 3 }).ys;
        context.trace.output("kept", kept);
        return kept.sum();
      },
    });
    const { program } = trainingProgram(model, { optimizer: still });
    const session = await reference.compile({ p: program }, { members: 1, key: key(2) });
    session.write("h", 0, new Float64Array(50).fill(1));
    await session.step("p", 1, 0);
    const kept = [...session.read("kept", 0)];
    const rows = [0, 1, 2].map((t) => kept.slice(50 * t, 50 * t + 50).join());
    expect(new Set(rows).size).toBe(3);
    expect(new Set(kept)).toEqual(new Set([0, 2]));
  });
});

describe("a wrong scan", () => {
  const t = new Trace();
  const h = t.parameter("h", [2, 3]);
  const xs = t.parameter("xs", [5, 2, 3]);
  let kept: Tensor | undefined;
  const keep = (x: Tensor) => {
    kept = x;
    return { carry: x };
  };
  it.each<[string, () => unknown, string]>([
    [
      "a carry that changes its shape",
      () => scan((c, x) => ({ carry: { a: c.a.add(x).sum(0) } }), { a: h }, xs),
      "scan: carry.a is float32 [2, 3] before a step and float32 [3] after it. A carry keeps its shape",
    ],
    [
      "a part of the carry that is forgotten",
      () => scan((c: Record<string, Tensor>) => ({ carry: { a: c["a"]! } }), { a: h, b: h }, xs),
      "scan: the step returns no carry.b. Return every part of the carry.",
    ],
    [
      "a carry that was not there",
      () => scan((c: Record<string, Tensor>) => ({ carry: { ...c, z: h } }), { a: h }, xs),
      "scan: the step returns carry.z, which the carry did not have.",
    ],
    [
      "sequences of different lengths",
      () => scan((c) => ({ carry: c }), h, { u: xs, v: [h] }),
      "scan: xs.v[0] needs as many entries as xs.u, 5 along its first axis, got [2, 3]. Transpose it",
    ],
    ["no length", () => scan((c) => ({ carry: c }), h, undefined), "scan: needs a length where there are no"],
    [
      "a length of 0",
      () => scan((c) => ({ carry: c }), h, undefined, { length: 0 }),
      "an integer >= 1, got 0",
    ],
    [
      "a number for a tensor",
      () => scan((c) => ({ carry: c, y: 3 }), h, xs),
      "scan: y needs to be a tensor, or arrays and records of tensors, got 3.",
    ],
    [
      "a tensor of the step used after it",
      () => {
        scan(keep, h, xs);
        return kept!.add(1);
      },
      "add: a tensor of a scan's step is used outside of it. Return it from the step, as carry or y.",
    ],
    [
      "an update inside",
      () => scan((c) => ({ carry: (t.output("inner", h), c) }), h, xs),
      "update of inner: happens inside a scan. Do it after the loop.",
    ],
    [
      "a shape that does not fit inside",
      () => scan((c, x) => ({ carry: c.matmul(x) }), h, xs),
      "matmul: inner sizes need to agree, 3 is not 2",
    ],
    [
      "another program",
      () => scan((c) => ({ carry: c }), h, new Trace().parameter("x", [5, 2])),
      "scan: xs belongs to another program.",
    ],
  ])("is told with the line of the model: %s", (_, work, expected) => {
    let message = "";
    try {
      work();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(expected);
    expect(message).toMatch(/^\S*scan\.test\.ts:\d+: /);
    // The graph is as before: the next loop can be traced.
    expect(scan((c, x) => ({ carry: c.add(x) }), h, xs).carry.shape).toEqual([2, 3]);
  });

  it("is found when the program comes from elsewhere", () => {
    const program = trace((it) => {
      const x = it.parameter("x", [3, 2]);
      it.output("sum", scan((c, row) => ({ carry: c.add(row) }), x.at(0), x).carry);
    });
    const at = program.nodes.findIndex(({ op }) => op === "scan");
    const good = program.nodes[at] as Scan;
    const spoilt = (change: Partial<Scan>): Program => ({
      ...program,
      nodes: program.nodes.map((node) => (node.id === at ? ({ ...good, ...change } as Scan) : node)),
    });
    expect(() => validate(program)).not.toThrow();
    expect(() => validate(spoilt({ length: 4 }))).toThrow(
      "scan: sequence 0 needs 4 entries, got float32 [3, 2].",
    );
    const nodes = good.body.nodes.map((node) => (node.op === "add" ? { ...node, shape: [3] } : node));
    expect(() => validate(spoilt({ body: { ...good.body, nodes } }))).toThrow(
      `node ${at} (scan), node 2 (add): says float32 [3], its inputs give float32 [2].`,
    );
  });
});
