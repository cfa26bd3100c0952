import { UsageError } from "../errors/index.ts";
import { key, stream } from "../random/index.ts";
import {
  concat,
  type Executor,
  grad,
  type Program,
  reference,
  type Session,
  sizeOf,
  softmaxCrossEntropy,
  type Tensor,
  type Tensors,
  Trace,
  where,
} from "../tensor/index.ts";
import { demandFor } from "./expectations.ts";
import { randomProgram } from "./random-program.ts";
import { loops, randomLoop } from "./scan-programs.ts";

export interface ExecutorContractOptions {
  readonly workers?: number;
  readonly relaxed?: boolean;
  /** Random programs to try. Default 30. */
  readonly programs?: number;
  /** Largest error, relative to the largest element of a slot (at least 1). Default 2e-5. */
  readonly tolerance?: number;
}

/** One clause of the contract; `check` throws where it is broken. */
export interface ExecutorClause {
  readonly name: string;
  readonly check: () => Promise<void>;
}

const MEMBERS = 5;
/** Enough members that an executor may put one in each lane of its vectors, and some lanes over. */
const MANY = 11;
const STEPS = 3;

/** Fills a session's slots with numbers that depend only on the slot and the member. */
export function fillSlots(session: Session): void {
  for (const slot of session.slots) {
    const size = sizeOf(slot.shape);
    const numbers = (member: number): ArrayLike<number> => {
      const draws = stream(key(77), slot.name, member);
      return slot.dtype === "int32"
        ? Int32Array.from({ length: size }, () => draws.integer(slot.below ?? 4))
        : Float32Array.from({ length: size }, () => draws.normal());
    };
    if (slot.kind === "data") session.write(slot.name, "all", numbers(0));
    else for (let m = 0; m < session.members; m++) session.write(slot.name, m, numbers(m));
  }
}

/** Runs a program in two executors from equal slots and compares every slot and metric. */
export async function compare(
  executor: Executor,
  program: Program,
  options: ExecutorContractOptions,
  place: string,
  members = MEMBERS,
): Promise<void> {
  const { workers, relaxed = false, tolerance = 2e-5 } = options;
  const demand = demandFor(place);
  const memberIds = [3, 0, 4_000_000_000, 17, 5, 8, 9, 10, 11, 12, 13].slice(0, members);
  const shared = { members, key: key(2 ** 40 + 9), memberIds };
  const tested = await executor.compile(
    { p: program },
    { ...shared, relaxed, ...(workers === undefined ? {} : { workers }) },
  );
  const oracle = await reference.compile({ p: program }, shared);
  try {
    fillSlots(tested);
    fillSlots(oracle);
    for (const [steps, from] of [
      [1, 0],
      [STEPS, 1],
    ] as const) {
      await tested.step("p", steps, from);
      await oracle.step("p", steps, from);
      for (const { name } of program.slots) {
        same(`slot ${name} after step ${from + steps}`, tested.read(name, "all"), oracle.read(name, "all"));
      }
      const wanted = oracle.metrics("p");
      for (const [name, got] of Object.entries(tested.metrics("p"))) {
        same(`metric ${name}`, got.last, wanted[name]!.last);
        same(`mean of metric ${name}`, got.mean, wanted[name]!.mean);
      }
    }
  } finally {
    await tested.close();
    await oracle.close();
  }

  function same(what: string, got: ArrayLike<number>, wanted: ArrayLike<number>): void {
    demand(got.length === wanted.length, `${what}: ${got.length} numbers, not ${wanted.length}`);
    let scale = 1;
    for (let i = 0; i < wanted.length; i++) {
      if (Number.isFinite(wanted[i]!)) scale = Math.max(scale, Math.abs(wanted[i]!));
    }
    for (let i = 0; i < wanted.length; i++) {
      const [x, y] = [got[i]!, wanted[i]!];
      const close = Math.abs(x - y) <= tolerance * scale || Object.is(x, y) || x === y;
      demand(close || (Number.isNaN(x) && Number.isNaN(y)), `${what}: element ${i} is ${x}, not ${y}`);
    }
  }
}

type Build = (t: Trace) => Tensors;

const floats = (t: Trace, name: string, shape: readonly number[]): Tensor => t.state(name, shape);
const integers = (t: Trace, name: string, shape: readonly number[], below: number): Tensor => {
  const tensor = t.state(name, shape, "int32");
  t.graph.bound(name, below);
  return tensor;
};

const elementwise: Readonly<Record<string, (x: Tensor, y: Tensor) => Tensor>> = {
  neg: (x) => x.neg(),
  exp: (x) => x.exp(),
  log: (x) => x.square().add(0.1).log(),
  tanh: (x) => x.mul(3).tanh(),
  relu: (x) => x.relu(),
  sigmoid: (x) => x.mul(4).sigmoid(),
  softplus: (x) => x.mul(4).softplus(),
  sqrt: (x) => x.square().add(0.1).sqrt(),
  square: (x) => x.square(),
  reciprocal: (x) => x.square().add(0.5).reciprocal(),
  sin: (x) => x.mul(5).sin(),
  cos: (x) => x.mul(5).cos(),
  heaviside: (x) => x.heaviside(),
  add: (x, y) => x.add(y),
  sub: (x, y) => x.sub(y),
  mul: (x, y) => x.mul(y),
  div: (x, y) => x.div(y.square().add(0.5)),
  maximum: (x, y) => x.maximum(y),
  minimum: (x, y) => x.minimum(y),
  greater: (x, y) => x.greater(y),
  greaterEqual: (x, y) => x.heaviside().greaterEqual(y.heaviside()),
  equal: (x, y) => x.heaviside().equal(y.heaviside()),
  where: (x, y) => where(x.greater(0), x.mul(2), y),
};

/** Lengths that leave each number of lanes over. */
const shapes = [[], [1], [3], [4], [2, 5], [7, 9], [2, 3, 11], [67]] as const;

const structural: Readonly<Record<string, Build>> = {
  "comparison of integers": (t) => {
    const [i, j] = [integers(t, "i", [13], 3), integers(t, "j", [13], 3)];
    return { greater: i.greater(j), atLeast: i.greaterEqual(j), equal: i.equal(j), float: i.toFloat() };
  },
  "products of matrices of every remainder, transposed or not": (t) => {
    const out: Record<string, Tensor> = {};
    for (const [m, k, n] of [
      [1, 5, 1],
      [1, 3, 40],
      [2, 7, 33],
      [3, 1, 6],
      [4, 4, 8],
      [5, 9, 13],
      [8, 16, 10],
      [9, 2, 4],
      [13, 20, 3],
      [18, 17, 130],
    ] as const) {
      const name = `${m}x${k}x${n}`;
      const a = floats(t, `a${name}`, [m, k]);
      const b = floats(t, `b${name}`, [k, n]);
      const at = floats(t, `at${name}`, [k, m]);
      const bt = floats(t, `bt${name}`, [n, k]);
      out[`nn${name}`] = a.matmul(b);
      out[`tn${name}`] = at.transpose().matmul(b).add(1).tanh();
      out[`nt${name}`] = a.matmul(bt.transpose());
      out[`tt${name}`] = at.transpose().matmul(bt.transpose()).mul(a.matmul(b));
    }
    return out;
  },
  "a product of views": (t) => {
    const x = floats(t, "x", [6, 10]);
    const row = floats(t, "row", [1, 4]).broadcastTo([5, 4]);
    return {
      slices: x.slice(1, 5).matmul(x.slice(0, 3).transpose()),
      windows: x.slice(2, 6, 1).matmul(x.slice(1, 5).slice(3, 9, 1)),
      broadcast: x.slice(0, 5).transpose().matmul(row),
    };
  },
  "sums and maxima over every choice of axes": (t) => {
    const x = floats(t, "x", [3, 5, 7]);
    const out: Record<string, Tensor> = {};
    for (const axes of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
      out[`sum${axes.join("")}`] = x.mul(x).sum(axes);
      out[`max${axes.join("")}`] = x.sin().max(axes);
    }
    return out;
  },
  "reductions of views": (t) => {
    const x = floats(t, "x", [6, 8]);
    return {
      transposed: x.transpose().sum(1),
      slice: x.slice(1, 6, 1).max(0),
      broadcast: x.reshape([6, 1, 8]).broadcastTo([6, 3, 8]).mul(x.slice(0, 3).expand(0)).sum(2),
      scalar: x.mean().mul(x),
    };
  },
  "reductions that share a pass with stored values": (t) => {
    const x = floats(t, "x", [9, 6]);
    const y = x.tanh();
    const total = y.sum(1);
    return { y, total, both: y.sub(total.reshape([9, 1])), top: y.max(1), columns: y.sum(0) };
  },
  "reshape, transpose and slice, also of each other": (t) => {
    const x = floats(t, "x", [4, 6]);
    return {
      transposed: x.transpose().add(1),
      reshaped: x.transpose().reshape([3, 8]).mul(2),
      sliced: x.slice(1, 4).slice(2, 5, 1).reshape([9]).add(0),
      moved: x.reshape([2, 2, 6]).transpose([2, 0, 1]).reshape([6, 4]).transpose(),
      pads: x.slice(0, 2).pad([1, 2], [0, 3]),
      copied: x.transpose(),
    };
  },
  "concat along each axis": (t) => {
    const x = floats(t, "x", [3, 4]);
    const y = floats(t, "y", [3, 4]);
    return { rows: concat([x, y.transpose().reshape([3, 4]), x]), columns: concat([x, y.slice(1, 3, 1)], 1) };
  },
  "gather, from data and from the member's own rows, and its adjoint": (t) => {
    const x = floats(t, "x", [5, 3, 2]);
    const table = t.data("table", [7, 19]);
    const words = t.data("words", [7], "int32");
    const i = integers(t, "i", [4], 5);
    const two = integers(t, "two", [2, 3], 7);
    const loss = x
      .gather(i)
      .square()
      .sum()
      .add(
        x
          .transpose([1, 0, 2])
          .gather(integers(t, "k", [2], 3))
          .sum(),
      );
    const [adjoint] = grad(loss, [x]);
    return {
      own: x.gather(i),
      data: table.gather(two),
      ints: words.gather(two).toFloat(),
      adjoint: adjoint!,
    };
  },
  "pick, argmax and their adjoints": (t) => {
    const x = floats(t, "x", [6, 5]);
    const i = integers(t, "i", [6], 5);
    const [adjoint] = grad(x.pick(i).square().sum(), [x]);
    return { picked: x.pick(i), adjoint: adjoint!, best: x.argmax(), ofView: x.transpose().argmax() };
  },
  "softmax cross-entropy and its gradient": (t) => {
    const out: Record<string, Tensor> = {};
    for (const classes of [1, 2, 3, 4, 10, 33, 70]) {
      const x = floats(t, `x${classes}`, [7, classes]);
      const y = integers(t, `y${classes}`, [7], classes);
      const weights = floats(t, `w${classes}`, [7]);
      const loss = softmaxCrossEntropy(x.mul(10), y);
      out[`loss${classes}`] = loss;
      out[`gradient${classes}`] = grad(loss.mul(weights).sum(), [x])[0]!;
      out[`mean${classes}`] = grad(softmaxCrossEntropy(x, y).mean(), [x])[0]!;
    }
    return out;
  },
  "random nodes of every length": (t) => {
    const out: Record<string, Tensor> = { step: t.step.mul(2) };
    for (const n of [1, 2, 5, 15, 16, 17, 64, 83]) {
      out[`uniform${n}`] = t.uniform("u", [n]);
      out[`normal${n}`] = t.normal("z", [n], 1);
      out[`index${n}`] = t.randomIndex("i", n, 1797);
      out[`own${n}`] = t.randomIndex("j", n, 9, floats(t, "rows", []).square().mul(0).add(6));
      const at = floats(t, "rows", []).square().mul(0);
      out[`shuffled${n}`] = t.shuffledIndex("s", n, n + (n % 3), at.add(3), at.add(n / 2));
      out[`rows${n}`] = t.shuffledIndex("r", n, 1797, at.add(t.step), at.add(1700));
      out[`order${n}`] = t.sequentialIndex(n, 7);
      out[`weights${n}`] = t.batchWeights(floats(t, "size", []).mul(0).add(5), n);
    }
    return out;
  },
  "one step after another": (t) => {
    const x = floats(t, "x", [5]);
    t.update("x", x.mul(0.5).add(t.normal("walk", [5])));
    return { before: x };
  },
};

/** Updates that look at slots which other updates overwrite: all see the values of the step's beginning. */
const exchanges: Readonly<Record<string, (t: Trace) => void>> = {
  "slots that swap": (t) => {
    const [a, b] = [floats(t, "a", [6]), floats(t, "b", [6])];
    t.update("a", b);
    t.update("b", a);
    t.metric("before", a.sum());
  },
  "slots that rotate, with arithmetic": (t) => {
    const [a, b, c] = [floats(t, "a", [4, 4]), floats(t, "b", [4, 4]), floats(t, "c", [4, 4])];
    t.update("a", b.add(1));
    t.update("b", c.transpose());
    t.update("c", a.matmul(c).tanh());
  },
  "a slot and its own transpose": (t) => {
    const a = floats(t, "a", [5, 5]);
    t.update("a", a.transpose().mul(0.5).add(a));
    t.metric("first", a.at(0).at(1));
  },
  "a slot and its own product": (t) => {
    const a = floats(t, "a", [8, 8]);
    t.update("a", a.matmul(a).tanh().add(a));
  },
  "a slot and its own sum": (t) => {
    const a = floats(t, "a", [8]);
    t.update("a", a.div(a.square().sum().add(1)));
    t.metric("norm", a.square().sum());
  },
  "one value in two slots": (t) => {
    const [a, b] = [floats(t, "a", [9]), floats(t, "b", [9])];
    const next = a.mul(b).sin();
    t.update("a", next);
    t.update("b", next);
  },
};

/** Programs of a few numbers. */
const tiny: Readonly<Record<string, Build>> = {
  "small products, transposed or not": (t) => {
    const a = floats(t, "a", [2, 3]);
    const b = floats(t, "b", [3, 4]);
    const c = floats(t, "c", [4, 3]);
    return {
      nn: a.matmul(b),
      nt: a.matmul(c.transpose()),
      tn: b.transpose().matmul(a.transpose()),
      tt: c.matmul(a.transpose()).transpose().matmul(c),
    };
  },
  "small reductions and views": (t) => {
    const x = floats(t, "x", [2, 3, 2]);
    const y = t.data("y", [3, 2]);
    return {
      sum: x.sum(1),
      max: x.max([0, 2]),
      all: x.sum(),
      view: x.transpose([2, 0, 1]).slice(1, 3, 2).reshape([2, 4]),
      pad: y.pad([1, 0], [0, 2]).mul(2),
      concat: concat([y, x.at(1).add(y)], 1),
      mean: y.mean(0).mul(x.at(0).at(1)),
    };
  },
  "small draws": (t) => {
    const x = floats(t, "x", []);
    t.update("x", x.mul(0.9).add(t.normal("walk", []).mul(0.1)));
    return {
      step: t.step,
      ...Object.fromEntries(
        [1, 2, 3, 4, 5, 10].flatMap((n) => [
          [`normal${n}`, t.normal("z", [n], n % 2)],
          [`uniform${n}`, t.uniform("u", [n])],
        ]),
      ),
    };
  },
};

function program(build: Build): Program {
  const t = new Trace();
  for (const [name, value] of Object.entries(build(t))) t.output(`out ${name}`, value);
  return t.program();
}

/**
 * What every executor must keep, as named checks for any test framework: each operation gives the reference's values
 * for every remainder of lanes, updates see the step's beginning, loops over time and random programs agree, rows are copied and merged.
 * @example
 * it.each(executorContract(wasm))("$name", ({ check }) => check());
 */
export function executorContract(
  executor: Executor,
  options: ExecutorContractOptions = {},
): ExecutorClause[] {
  const { programs = 30 } = options;
  const clauses: ExecutorClause[] = [];
  const clause = (name: string, made: () => Program, members = MEMBERS): void => {
    const place = `${executor.name}, ${name}`;
    clauses.push({ name, check: () => compare(executor, made(), options, place, members) });
  };
  for (const [op, f] of Object.entries(elementwise)) {
    clause(op, () =>
      program((t) =>
        Object.fromEntries(
          shapes.map((shape) => {
            const name = shape.join("x");
            return [name, f(floats(t, `x${name}`, shape), floats(t, `y${name}`, shape))];
          }),
        ),
      ),
    );
  }
  clause(
    "every elementwise operation on a few numbers",
    () =>
      program((t) => {
        const out: Record<string, Tensor> = {};
        for (const [op, f] of Object.entries(elementwise)) {
          out[`${op} of one`] = f(floats(t, "x", []), floats(t, "y", []));
          out[`${op} of six`] = f(floats(t, "v", [2, 3]), floats(t, "w", [2, 3]));
        }
        return out;
      }),
    MANY,
  );
  for (const [name, build] of Object.entries(tiny)) clause(name, () => program(build), MANY);
  for (const [name, build] of Object.entries(structural)) clause(name, () => program(build));
  for (const [name, build] of Object.entries(exchanges)) {
    const made = (): Program => {
      const t = new Trace();
      build(t);
      return t.program();
    };
    clause(name, made);
    clause(`${name}, many members`, made, MANY);
  }
  for (const [name, build] of Object.entries(loops)) {
    clause(name, () => program(build));
    clause(`${name}, many members`, () => program(build), MANY);
  }
  for (let seed = 0; seed < programs / 2; seed++) {
    clause(`random loop ${seed}`, () => randomLoop(seed), seed % 4 === 0 ? MANY : MEMBERS);
  }
  for (let seed = 0; seed < programs; seed++)
    clause(`random program ${seed}`, () => randomProgram(seed), seed % 4 === 0 ? MANY : MEMBERS);
  for (const members of [3, MANY]) {
    clauses.push({
      name: `copies and merges of rows, ${members} members`,
      check: () => rowsContract(executor, options, members),
    });
  }
  return clauses;
}

const refused = (action: () => void): boolean => {
  try {
    action();
  } catch (error) {
    return error instanceof UsageError;
  }
  return false;
};

async function rowsContract(
  executor: Executor,
  { workers }: ExecutorContractOptions,
  members: number,
): Promise<void> {
  const demand = demandFor(`${executor.name}, rows`);
  const t = new Trace();
  const w = t.parameter("w", [3]);
  t.update("w", w.add(t.state("m", [2]).sum()));
  t.output("out", w.mul(t.hyper("lr")));
  t.state("counts", [2], "int32");
  const session = await executor.compile(
    { p: t.program() },
    { members, key: key(1), ...(workers === undefined ? {} : { workers }) },
  );
  try {
    fillSlots(session);
    const row = (slot: string, member: number): number[] => [...session.read(slot, member)];
    const before = { w: row("w", 2), m: row("m", 2), lr: row("lr", 0), counts: row("counts", 2) };
    session.copyMember(2, 0);
    demand(String(row("w", 0)) === String(before.w), "copyMember copies parameters");
    demand(String(row("m", 0)) === String(before.m), "copyMember copies states");
    demand(String(row("counts", 0)) === String(before.counts), "copyMember copies integers");
    demand(String(row("lr", 0)) === String(before.lr), "copyMember leaves hyperparameters");
    const [a, b] = [row("w", 1), row("w", 2)];
    session.mergeMembers([1, 2], [0.25, 0.75], 2);
    const merged = row("w", 2);
    demand(
      merged.every((x, i) => Math.abs(x - (0.25 * a[i]! + 0.75 * b[i]!)) < 1e-6),
      "mergeMembers writes the weighted sum, also over one of its sources",
    );
    demand(String(row("counts", 2)) === String(row("counts", 1)), "mergeMembers takes the first's integers");
    session.write("lr", "all", [7]);
    demand(
      [...session.read("lr", "all")].every((x) => x === 7),
      "one value is written to every row",
    );
    session.write(
      "lr",
      "all",
      Array.from({ length: members }, (_, m) => m + 1),
    );
    demand(String(row("lr", 1)) === "2", "all rows are written in order");
    session.write("w", 1, [1, 2, 3]);
    session.patch("w", 1, 1, [8, 9]);
    demand(String(row("w", 1)) === "1,8,9", "a part of a row is written at its place");
    demand(
      refused(() => session.patch("w", 1, 2, [0, 0])),
      "a part that does not fit is refused",
    );
  } finally {
    await session.close();
  }
}
