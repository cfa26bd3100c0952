import { key, type Stream, stream } from "../random/index.ts";
import { concat, type Program, type Tensor, Trace, where } from "../tensor/index.ts";

/** Adds one node on top of others. All values stay moderate, so that errors do not grow. */
type Grow = (pick: (rank?: number) => Tensor, draws: Stream, t: Trace) => Tensor;

const squash = (x: Tensor): Tensor => x.tanh();

const growth: readonly Grow[] = [
  (pick) => pick().tanh(),
  (pick) => pick().sin(),
  (pick) => pick().sigmoid(),
  (pick) => pick().relu(),
  (pick) => squash(pick()).square().mul(0.7),
  (pick) => pick().softplus().mul(0.5),
  (pick, draws, t) => paired(pick, draws, t, (x, y) => x.add(y).mul(0.6)),
  (pick, draws, t) => paired(pick, draws, t, (x, y) => squash(x.mul(y))),
  (pick, draws, t) => paired(pick, draws, t, (x, y) => x.sub(y).mul(0.6)),
  (pick, draws, t) => paired(pick, draws, t, (x, y) => x.maximum(y)),
  (pick, draws, t) => paired(pick, draws, t, (x, y) => where(x.greaterEqual(0.1), y, x)),
  (pick) => {
    const x = pick(2);
    return squash(x.matmul(x.transpose()));
  },
  (pick) => {
    const x = pick(2);
    return squash(x.transpose().matmul(x));
  },
  (pick, draws, t) => {
    const x = pick(2);
    return squash(x.matmul(t.normal(t.graph.purpose("z"), [x.shape[1]!, 1 + draws.integer(9)])));
  },
  (pick, draws) => {
    const x = pick();
    return x.rank === 0 ? x.mul(0.5) : squash(x.sum(draws.integer(x.rank)));
  },
  (pick, draws) => {
    const x = pick();
    return x.rank === 0 ? x.cos() : x.max(draws.integer(x.rank));
  },
  (pick) => pick(2).transpose(),
  (pick) => {
    const x = pick();
    return x.reshape([x.size]);
  },
  (pick, draws) => {
    const x = pick(2);
    const rows = 1 + draws.integer(x.shape[0]!);
    return x.slice(x.shape[0]! - rows);
  },
  (pick, draws) => {
    const x = pick(2);
    return concat([x, x.mul(0.5)], draws.integer(2));
  },
];

/** A function of two tensors of one shape: the second is another one, brought to the shape of the first. */
function paired(
  pick: (rank?: number) => Tensor,
  draws: Stream,
  t: Trace,
  f: (x: Tensor, y: Tensor) => Tensor,
): Tensor {
  const x = pick();
  for (let attempt = 0; attempt < 6; attempt++) {
    const y = pick();
    if (y.shape.join() === x.shape.join()) return f(x, y);
    const fits =
      y.rank <= x.rank && y.shape.toReversed().every((n, i) => n === 1 || n === x.shape.at(-1 - i));
    if (fits) return f(x, y.broadcastTo(x.shape));
  }
  return f(x, t.uniform(t.graph.purpose("u"), draws.integer(2) === 0 ? x.shape : []).broadcastTo(x.shape));
}

/**
 * A program of about thirty random nodes over a few slots, some of which it updates. Equal seeds give equal programs.
 * Meant to find mistakes in fusion, placement and order rather than in single operations.
 */
export function randomProgram(seed: number): Program {
  const draws = stream(key(seed), "random-program");
  const t = new Trace();
  const length = (): number => 1 + draws.integer(draws.integer(4) === 0 ? 20 : 6);
  const [m, n] = [length(), length()];
  const slots = { a: [m, n], b: [m, n], c: [n], d: [m, 1], e: [] } as const;
  const pool: Tensor[] = Object.entries(slots).map(([name, shape]) => t.state(name, shape));
  pool.push(t.data("data", [m, n]));
  const pick = (rank?: number): Tensor => {
    for (;;) {
      // Recent nodes more often: long chains, but also old values that live long.
      const recent = draws.integer(2) === 0 ? Math.min(4, pool.length) : pool.length;
      const x = pool[pool.length - 1 - draws.integer(recent)]!;
      if ((rank === undefined || x.rank === rank) && x.size <= 2000) return x;
    }
  };
  const count = 10 + draws.integer(30);
  for (let i = 0; i < count; i++) pool.push(growth[draws.integer(growth.length)]!(pick, draws, t));
  for (const [name, shape] of Object.entries(slots)) {
    const fitting = pool.filter((x) => x.shape.join() === shape.join());
    if (draws.integer(3) > 0) t.update(name, fitting[draws.integer(fitting.length)]!);
  }
  pool.slice(-12).forEach((x, i) => {
    if (draws.integer(3) > 0) t.output(`out${i}`, x);
    else t.metric(`metric${i}`, x.mean());
  });
  return t.program();
}
