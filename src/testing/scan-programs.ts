import { key, type Stream, stream } from "../random/index.ts";
import {
  concat,
  grad,
  type Program,
  scan,
  softmaxCrossEntropy,
  type Tensor,
  type Tensors,
  Trace,
} from "../tensor/index.ts";

type Build = (t: Trace) => Tensors;

const floats = (t: Trace, name: string, shape: readonly number[]): Tensor => t.state(name, shape);

/** A gated cell, with all gradients. */
function gated(t: Trace, [time, batch, units]: readonly [number, number, number], reverse: boolean): Tensors {
  const w = floats(t, "w", [units, 3 * units]).mul(0.4);
  const bias = floats(t, "bias", [units]);
  const h0 = floats(t, "h0", [batch, units]);
  const xs = floats(t, "xs", [time, batch, 3 * units]);
  const part = (x: Tensor, i: number): Tensor => x.slice(i * units, (i + 1) * units, -1);
  const { carry, ys } = scan(
    (h, x) => {
      const own = h.matmul(w);
      const reset = part(x, 0).add(part(own, 0)).sigmoid();
      const update = part(x, 1).add(part(own, 1)).sigmoid();
      const candidate = part(x, 2)
        .add(reset.mul(part(own, 2).add(bias)))
        .tanh();
      const next = candidate.add(update.mul(h.sub(candidate)));
      return { carry: next, y: next };
    },
    h0,
    xs,
    { reverse },
  );
  const loss = ys
    .square()
    .mean()
    .add(carry.mul(floats(t, "probe", [batch, units])).mean());
  const [dw, dbias, dh0, dxs] = grad(loss, [w, bias, h0, xs]);
  return { carry, ys, dw: dw!, dbias: dbias!, dh0: dh0!, dxs: dxs! };
}

/** Loops that every executor must run. */
export const loops: Readonly<Record<string, Build>> = {
  "a loop: sums forwards and backwards": (t) => {
    const x = floats(t, "x", [7, 5]);
    const sum = (c: Tensor, row: Tensor) => ({ carry: c.add(row), y: c });
    const ahead = scan(sum, floats(t, "c", [5]), x);
    const back = scan(sum, floats(t, "d", [5]), x, { reverse: true });
    return { ahead: ahead.carry, before: ahead.ys, back: back.carry, after: back.ys };
  },
  "a loop of one time": (t) => {
    const x = floats(t, "x", [1, 3]);
    const { carry, ys } = scan((c, row) => ({ carry: c.mul(row), y: c.add(row) }), x.at(0), x);
    return { carry, ys, gradient: grad(carry.add(ys.at(0)).sum(), [x])[0]! };
  },
  "a loop without sequences, that counts": (t) => {
    const x = floats(t, "x", [4]);
    const step = (c: Tensor, _: undefined, time: Tensor) => ({ carry: c.mul(0.5).add(time), y: [time, c] });
    const { carry, ys } = scan(step, x, undefined, { length: 9 });
    return { carry, times: ys[0]!, values: ys[1]! };
  },
  "a loop whose carries change places": (t) => {
    const shape = [2, 3];
    const start = { a: floats(t, "a", shape), b: floats(t, "b", shape), c: floats(t, "c", shape) };
    const x = floats(t, "x", [5, 2, 3]);
    const { carry, ys } = scan(
      ({ a, b, c }, row) => ({ carry: { a: b, b: c, c: a.add(row) }, y: { a, twice: a, c: c.add(row) } }),
      start,
      x,
    );
    const [da, dx] = grad(carry.b.mul(carry.c).add(ys.c.at(2)).sum(), [start.a, x]);
    return { ...carry, first: ys.a, twice: ys.twice, sums: ys.c, da: da!, dx: dx! };
  },
  "a gated cell and its gradients": (t) => gated(t, [6, 5, 7], false),
  "a gated cell backwards and its gradients": (t) => gated(t, [4, 8, 16], true),
  "a loop over views, with integers and products": (t) => {
    const x = floats(t, "x", [3, 6, 4]);
    const words = t.state("words", [6, 3], "int32");
    t.graph.bound("words", 4);
    const w = floats(t, "w", [4, 4]);
    const table = t.data("table", [4, 4]);
    const { carry, ys } = scan(
      (h, { row, word }) => {
        const seen = table.gather(word);
        const logits = h.matmul(w.transpose()).mul(0.3).add(row).add(seen.mul(0.1));
        const best = logits.argmax();
        return {
          carry: logits.tanh(),
          y: { best, loss: softmaxCrossEntropy(logits, word), picked: logits.pick(word) },
        };
      },
      floats(t, "h", [3, 4]),
      { row: x.transpose([1, 0, 2]), word: words },
    );
    const loss = ys.loss.mean().add(ys.picked.mul(0.1).sum()).add(carry.square().sum());
    const [dw, dx, dtable] = grad(loss, [w, x, table]);
    return { carry, best: ys.best, loss: ys.loss, dw: dw!, dx: dx!, dtable: dtable! };
  },
  "a loop in a loop, and the gradients of its gradients": (t) => {
    const x = floats(t, "x", [3, 4]);
    const y = floats(t, "y", [5, 4]);
    const f = (a: Tensor, b: Tensor): Tensor =>
      scan(
        (h, row) => {
          const inner = scan((c, u) => ({ carry: c.mul(u).add(row).tanh(), y: c.mul(h) }), h, b);
          return { carry: inner.carry.add(inner.ys.mean(0)) };
        },
        a.at(0),
        a,
      ).carry.sum();
    const [dx, dy] = grad(f(x, y), [x, y]);
    const [ddx] = grad(dx!.square().sum().add(dy!.mean()), [x]);
    return { value: f(x, y), dx: dx!, dy: dy!, ddx: ddx! };
  },
  "noise in a loop": (t) => {
    const rate = floats(t, "rate", []).square().mul(0).add(0.3);
    const { carry, ys } = scan(
      (h, x) => {
        const mask = rate.broadcastTo([3]).greater(t.uniform("mask", [3]));
        const next = h.mul(mask.neg().add(1)).add(t.normal("noise", [3]).mul(x));
        return { carry: next, y: t.normal("alone", []).add(next.sum()) };
      },
      floats(t, "h", [3]),
      floats(t, "x", [6, 3]),
    );
    return { carry, ys, gradient: grad(carry.square().sum(), [floats(t, "h", [3])])[0]! };
  },
  "a loop that begins and ends in slots": (t) => {
    const h = floats(t, "h", [4, 3]);
    const w = floats(t, "w", [3, 3]);
    const { carry } = scan(
      (c, row) => ({ carry: c.matmul(w).add(row).tanh() }),
      h,
      t.data("rows", [5, 4, 3]),
    );
    t.update("h", carry);
    t.update("w", w.mul(0.9).add(carry.slice(0, 3).mul(0.1)));
    t.metric("mean", carry.mean());
    return { old: h };
  },
};

type Grow = (pick: () => Tensor, draws: Stream, outside: Tensor) => Tensor;

/** Functions of `[m, n]` tensors of one shape. */
const growth: readonly Grow[] = [
  (pick) => pick().tanh(),
  (pick) => pick().sigmoid(),
  (pick) => pick().mul(0.7).sin(),
  (pick) => pick().relu().mul(0.5),
  (pick) => pick().add(pick()).mul(0.6),
  (pick) => pick().mul(pick()).tanh(),
  (pick) => pick().sub(pick().mean(0)).mul(0.7),
  (pick) => pick().maximum(pick()),
  (pick, _, w) => pick().matmul(w).tanh(),
  (pick, _, w) => pick().matmul(w.transpose()).mul(0.3),
  (pick, _, w) => pick().add(w.sum(0).mul(0.1)),
  (pick) => pick().transpose().matmul(pick()).sum(0).mul(0.1).add(pick()).tanh(),
  (pick, draws) => {
    const x = pick();
    const at = draws.integer(x.shape[1]!);
    return at === 0 ? x.mul(0.9) : concat([x.slice(at, undefined, 1), x.slice(0, at, 1)], 1);
  },
];

/**
 * A program with a loop over a random body, its gradients, and some of its results in slots. Equal seeds give equal
 * programs.
 */
export function randomLoop(seed: number): Program {
  const draws = stream(key(seed), "random-loop");
  const t = new Trace();
  const length = (): number => 1 + draws.integer(draws.integer(3) === 0 ? 17 : 6);
  const [time, m, n] = [1 + draws.integer(6), length(), length()];
  const starts = Array.from({ length: 1 + draws.integer(3) }, (_, i) => floats(t, `start${i}`, [m, n]));
  const xs = [floats(t, "x", [time, m, n]), t.data("data", [m, time, n]).transpose([1, 0, 2])];
  const w = floats(t, "w", [n, n]).mul(0.5);
  const { carry, ys } = scan(
    (carries, entries, now) => {
      const pool: Tensor[] = [...carries, ...entries, now.mul(0.1).broadcastTo([m, n])];
      if (draws.integer(2) === 0) pool.push(t.normal("z", [m, n]));
      const pick = (): Tensor => pool[pool.length - 1 - draws.integer(Math.min(pool.length, 5))]!;
      const count = 3 + draws.integer(10);
      for (let i = 0; i < count; i++) pool.push(growth[draws.integer(growth.length)]!(pick, draws, w));
      return { carry: starts.map(pick), y: [pick(), pick().sum(0), pick().mean()] };
    },
    starts,
    xs,
    { reverse: draws.integer(2) === 0 },
  );
  const loss = carry
    .map((x) => x.square().mean())
    .concat(ys.map((y) => y.mean()))
    .reduce((sum, x) => sum.add(x));
  t.metric("loss", loss);
  const wanted = [w, xs[0]!, ...starts];
  grad(loss, wanted).forEach((g, i) => {
    if (draws.integer(4) > 0) t.output(`gradient${i}`, g);
  });
  carry.forEach((x, i) => {
    if (draws.integer(2) === 0) t.update(`start${i}`, x.mul(0.9));
    else t.output(`carry${i}`, x);
  });
  ys.forEach((y, i) => {
    if (draws.integer(3) > 0) t.output(`stack${i}`, y);
  });
  return t.program();
}
