import { truncation } from "../population/index.ts";
import { type Key, stream, subkey } from "../random/index.ts";

/**
 * Members of a population that learn a single-index target of degree 2 by online SGD (docs/theory, T7 at finite d):
 * f(x) = (1/m) Σ a_i h₂(⟨u_i, x⟩), y = h₂(⟨u*, x⟩), h₂(z) = (z² − 1)/√2. Directions start at random, overlaps of order
 * 1/√d: the risk rests on a plateau until one direction has found the target, at a time that depends on luck.
 */
export interface PlateauOptions {
  readonly members: number;
  /** Whether the worst fifth copies the best fifth after each interval. */
  readonly copying: boolean;
  readonly dims?: number;
  readonly neurons?: number;
  readonly steps?: number;
  readonly interval?: number;
  readonly rate?: number;
  /** First-layer rate over second-layer rate. */
  readonly eps?: number;
  readonly batch?: number;
}

export interface Escape {
  /** Step (a multiple of the interval) at which each member's population risk was first below half the plateau; null: never. */
  readonly times: readonly (number | null)[];
  /** Risk of each member at each interval `[intervals][members]`. */
  readonly risk: readonly (readonly number[])[];
}

interface Learner {
  /** `[m, d]`, rows of length one. */
  readonly u: Float64Array;
  readonly a: Float64Array;
}

const SQRT2 = Math.SQRT2;

/** Runs one population; all have the same number of SGD steps, copying or not. */
export function plateauEscape(key: Key, options: PlateauOptions): Escape {
  const { members, copying, dims: d = 40, neurons: m = 2, steps = 8000, interval = 200 } = options;
  const { rate = 0.002, eps = 0.1, batch = 2 } = options;
  let learners = Array.from({ length: members }, (_, i) => start(subkey(key, "start", i), d, m));
  const selection = truncation({ fraction: 0.2 });
  const times: (number | null)[] = Array.from({ length: members }, () => null);
  const risk: number[][] = [];
  const plateau = 0.5;
  for (let step = interval; step <= steps; step += interval) {
    learners.forEach((learner, i) =>
      train(learner, d, { key, member: i, from: step - interval, interval, rate, eps, batch }),
    );
    const now = learners.map((learner) => populationRisk(learner, d));
    risk.push(now);
    now.forEach((value, i) => {
      if (value < plateau / 2) times[i] ??= step;
    });
    if (!copying || members < 2) continue;
    const scores = learners.map((learner, i) => -sampledLoss(learner, d, subkey(key, "validation", i, step)));
    const contestants = scores.map((score, id) => ({
      id,
      score,
      eligible: true,
      replaceable: true,
      samples: [],
    }));
    const before = learners;
    for (const { member, donor } of selection.select(contestants, key, step)) {
      if (donor === null) continue;
      learners = learners.with(member, { u: before[donor]!.u.slice(), a: before[donor]!.a.slice() });
    }
  }
  return { times, risk };
}

function start(key: Key, d: number, m: number): Learner {
  const draws = stream(key, "directions");
  const u = Float64Array.from({ length: m * d }, () => draws.normal());
  for (let i = 0; i < m; i++) normalise(u, i * d, d);
  return { u, a: Float64Array.from({ length: m }, () => 0.5 + 0.5 * draws.uniform()) };
}

function normalise(u: Float64Array, from: number, d: number): void {
  let square = 0;
  for (let k = 0; k < d; k++) square += u[from + k]! ** 2;
  const scale = 1 / Math.sqrt(square);
  for (let k = 0; k < d; k++) u[from + k]! *= scale;
}

function train(
  { u, a }: Learner,
  d: number,
  run: { key: Key; member: number; from: number; interval: number; rate: number; eps: number; batch: number },
): void {
  const m = a.length;
  const draws = stream(run.key, "samples", run.member, run.from);
  const x = new Float64Array(d);
  const z = new Float64Array(m);
  const moveU = new Float64Array(m * d);
  const moveA = new Float64Array(m);
  for (let t = 0; t < run.interval; t++) {
    moveU.fill(0);
    moveA.fill(0);
    for (let b = 0; b < run.batch; b++) {
      for (let k = 0; k < d; k++) x[k] = draws.normal();
      let f = 0;
      for (let i = 0; i < m; i++) {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += u[i * d + k]! * x[k]!;
        z[i] = sum;
        f += (a[i]! * (sum * sum - 1)) / SQRT2 / m;
      }
      const error = (x[0]! * x[0]! - 1) / SQRT2 - f;
      for (let i = 0; i < m; i++) {
        moveA[i]! += (error * (z[i]! * z[i]! - 1)) / SQRT2 / run.batch;
        const slope = (error * a[i]! * SQRT2 * z[i]!) / run.batch;
        for (let k = 0; k < d; k++) moveU[i * d + k]! += slope * x[k]!;
      }
    }
    for (let i = 0; i < m; i++) {
      a[i]! += (run.rate / run.eps) * moveA[i]!;
      for (let k = 0; k < d; k++) u[i * d + k]! += run.rate * moveU[i * d + k]!;
      normalise(u, i * d, d);
    }
  }
}

/** R = ½[1 − 2(1/m)Σ a_i s_i² + (1/m²)Σ a_i a_j r_ij²], exact for h₂; the target direction is the first axis. */
function populationRisk({ u, a }: Learner, d: number): number {
  const m = a.length;
  let cross = 0;
  let self = 0;
  for (let i = 0; i < m; i++) {
    cross += (a[i]! * u[i * d]! ** 2) / m;
    for (let j = 0; j < m; j++) {
      let r = 0;
      for (let k = 0; k < d; k++) r += u[i * d + k]! * u[j * d + k]!;
      self += (a[i]! * a[j]! * r * r) / (m * m);
    }
  }
  return (1 - 2 * cross + self) / 2;
}

/** Half mean squared error on 64 fresh samples: what a validation set would show. */
function sampledLoss({ u, a }: Learner, d: number, key: Key): number {
  const draws = stream(key, "loss");
  const m = a.length;
  const x = new Float64Array(d);
  let total = 0;
  for (let n = 0; n < 64; n++) {
    for (let k = 0; k < d; k++) x[k] = draws.normal();
    let f = 0;
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += u[i * d + k]! * x[k]!;
      f += (a[i]! * (sum * sum - 1)) / SQRT2 / m;
    }
    total += ((x[0]! * x[0]! - 1) / SQRT2 - f) ** 2 / 128;
  }
  return total;
}
