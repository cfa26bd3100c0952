import { truncation } from "../population/index.ts";
import { fillNormal, fillUniform, type Key } from "../random/index.ts";
import { reflect } from "./slowPart.ts";

/** H(θ) = (θ₁² + θ₂ − 11)² + (θ₁ + θ₂² − 7)²: four minima of value 0, one of them at (3, 2). */
export function himmelblau(x: number, y: number): number {
  return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2;
}

/** T of the instance of docs/theory T10: L = H/100 + |θ − h|²/4, φ = −H/100 − |θ − (3, 2)|²/50, h in [−5, 5]². */
export const himmelblauTemperature = 0.5;
const T = himmelblauTemperature;
const BOUND = 5;

function gradient(x: number, y: number, hx: number, hy: number): readonly [number, number] {
  const a = x * x + y - 11;
  const b = x + y * y - 7;
  return [(4 * x * a + 2 * b) / 100 + (x - hx) / 2, (2 * a + 4 * y * b) / 100 + (y - hy) / 2];
}

/** φ(θ) */
export function himmelblauFitness(x: number, y: number): number {
  return -himmelblau(x, y) / 100 - ((x - 3) ** 2 + (y - 2) ** 2) / 50;
}

/**
 * F(h) = E φ and Var φ under exp(−L/T) by the trapezoid rule in the plane: the integrand and its derivatives vanish at the
 * ends, so that 161² nodes give 1e-8.
 */
export function himmelblauEffective(
  points = 161,
): (hx: number, hy: number) => { readonly mean: number; readonly variance: number } {
  const range = 7.5;
  const nodes = Float64Array.from({ length: points }, (_, i) => -range + (2 * range * i) / (points - 1));
  const base = new Float64Array(points * points);
  const phi = new Float64Array(points * points);
  for (let j = 0; j < points; j++) {
    for (let i = 0; i < points; i++) {
      base[j * points + i] = -himmelblau(nodes[i]!, nodes[j]!) / 100 / T;
      phi[j * points + i] = himmelblauFitness(nodes[i]!, nodes[j]!);
    }
  }
  return (hx, hy) => {
    const wx = nodes.map((x) => -((x - hx) ** 2) / 4 / T);
    const wy = nodes.map((y) => -((y - hy) ** 2) / 4 / T);
    let total = 0;
    let first = 0;
    let second = 0;
    for (let j = 0; j < points; j++) {
      for (let i = 0; i < points; i++) {
        const k = j * points + i;
        const weight = Math.exp(base[k]! + wx[i]! + wy[j]!);
        total += weight;
        first += weight * phi[k]!;
        second += weight * phi[k]! * phi[k]!;
      }
    }
    const mean = first / total;
    return { mean, variance: second / total - mean * mean };
  };
}

/** The h of greatest effective fitness, by coordinate pattern search from the best of a coarse grid. */
export function himmelblauOptimum(F: (hx: number, hy: number) => number): {
  readonly h: readonly [number, number];
  readonly value: number;
} {
  let h: [number, number] = [0, 0];
  let value = -Infinity;
  for (let x = -BOUND; x <= BOUND; x += 1) {
    for (let y = -BOUND; y <= BOUND; y += 1) {
      const here = F(x, y);
      if (here > value) [h, value] = [[x, y], here];
    }
  }
  for (let step = 0.5; step > 1e-6; ) {
    const moves = [
      [step, 0],
      [-step, 0],
      [0, step],
      [0, -step],
    ] as const;
    let moved = false;
    for (const [dx, dy] of moves) {
      const next: [number, number] = [clamp(h[0] + dx), clamp(h[1] + dy)];
      const here = F(next[0], next[1]);
      if (here > value) {
        [h, value] = [next, here];
        moved = true;
      }
    }
    if (!moved) step /= 2;
  }
  return { h, value };
}

const clamp = (v: number): number => Math.min(BOUND, Math.max(-BOUND, v));

export interface HimmelblauRun {
  /** `full`: θ is inherited and moves by Euler–Maruyama; `reduced`: θ is drawn anew from the Gibbs law; `averaged`: as full, selection sees the mean φ of the interval. */
  readonly kind: "full" | "reduced" | "averaged";
  readonly members: number;
  readonly generations: number;
  /** Fast time between selections. */
  readonly interval: number;
  /** Standard deviation of the mutation of each h. */
  readonly mutation: number;
}

/** One generation of a population on Himmelblau's function, before selection. */
export interface HimmelblauGeneration {
  readonly generation: number;
  readonly h: readonly Float64Array[];
  readonly theta: readonly Float64Array[];
  readonly phi: Float64Array;
}

const FAST_STEP = 0.05;

/** Population dynamics of docs/theory T10.2 with truncation selection at 0.2. */
export function himmelblauPopulation(key: Key, run: HimmelblauRun): HimmelblauGeneration[] {
  const { members: n, generations, mutation } = run;
  const draw = (purpose: string, step: number): Float64Array => {
    const out = new Float64Array(n);
    fillNormal(out, key, purpose, step);
    return out;
  };
  const uniform = (purpose: string): Float64Array => {
    const out = new Float64Array(n);
    fillUniform(out, key, purpose);
    return out.map((u) => (2 * u - 1) * BOUND);
  };
  let hx = uniform("start x");
  let hy = uniform("start y");
  let x = hx.slice();
  let y = hy.slice();
  const selection = truncation({ fraction: 0.2 });
  // A fresh Gibbs draw by a long run from a fixed start: 12 relaxation times of the slowest mode of a single well.
  const steps = Math.max(1, Math.round((run.kind === "reduced" ? 12 : run.interval) / FAST_STEP));
  const records: HimmelblauGeneration[] = [];
  let counter = 0;
  for (let generation = 0; generation < generations; generation++) {
    const average = new Float64Array(n);
    if (run.kind === "reduced") {
      const jitterX = draw("restart x", generation);
      const jitterY = draw("restart y", generation);
      x = hx.map((h, i) => h + 2 * jitterX[i]!);
      y = hy.map((h, i) => h + 2 * jitterY[i]!);
    }
    for (let s = 0; s < steps; s++) {
      counter++;
      const zx = draw("langevin x", counter);
      const zy = draw("langevin y", counter);
      const kick = Math.sqrt(2 * T * FAST_STEP);
      for (let i = 0; i < n; i++) {
        const [gx, gy] = gradient(x[i]!, y[i]!, hx[i]!, hy[i]!);
        const size = 1 + FAST_STEP * Math.hypot(gx, gy);
        x[i]! += (-FAST_STEP * gx) / size + kick * zx[i]!;
        y[i]! += (-FAST_STEP * gy) / size + kick * zy[i]!;
        average[i]! += himmelblauFitness(x[i]!, y[i]!) / steps;
      }
    }
    const phi = x.map((v, i) => himmelblauFitness(v, y[i]!));
    records.push({ generation, h: [hx.slice(), hy.slice()], theta: [x.slice(), y.slice()], phi });
    const scores = run.kind === "averaged" ? average : phi;
    const contestants = Array.from(scores, (score, id) => ({
      id,
      score,
      eligible: true,
      replaceable: true,
      samples: [],
    }));
    const parents = Int32Array.from(scores, (_, i) => i);
    for (const { member, donor } of selection.select(contestants, key, generation)) {
      if (donor !== null) parents[member] = donor;
    }
    const mx = draw("mutation x", generation);
    const my = draw("mutation y", generation);
    const child = (values: Float64Array, moves: Float64Array): Float64Array =>
      values.map((_, i) =>
        parents[i] === i ? values[i]! : reflect(values[parents[i]!]! + mutation * moves[i]!, -BOUND, BOUND),
      );
    [hx, hy] = [child(hx, mx), child(hy, my)];
    [x, y] = [x.map((_, i) => x[parents[i]!]!), y.map((_, i) => y[parents[i]!]!)];
  }
  return records;
}
