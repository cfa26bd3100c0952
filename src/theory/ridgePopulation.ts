import { refuse } from "../errors/index.ts";
import { symmetricEigen } from "../math/index.ts";
import { truncation } from "../population/index.ts";
import { fillNormal, fillUniform, type Key } from "../random/index.ts";
import { type RidgeData, ridge } from "./ridge.ts";
import { rangeProblems } from "./ranges.ts";
import type { ScoreRule } from "./scores.ts";
import { choose } from "./selectionExperiment.ts";
import { reflect } from "./slowPart.ts";

/** A population that tunes the weight decay of ridge regression while its weights fluctuate (docs/theory, T5.6). */
export interface RidgePopulation {
  readonly data: RidgeData;
  readonly temperature: number;
  readonly members: number;
  readonly generations: number;
  /** Fast time between selections, of which `reports` values are seen. */
  readonly interval: number;
  readonly reports?: number;
  /** Standard deviation of the mutation of h. */
  readonly mutation: number;
  /** Bounds of h = log weight decay; mutation is reflected there. */
  readonly domain: readonly [low: number, high: number];
  /** Where h begins, uniformly. Default the domain. */
  readonly start?: readonly [low: number, high: number];
}

/**
 * Runs one population under a score, with truncation at 0.2. The weights take exact Ornstein–Uhlenbeck steps in the
 * eigenvectors of XᵀX/n, which diagonalise A(h) = XᵀX/n + e^h I for every h.
 * @returns per generation the mean regret max F − F(h) over members
 */
export function ridgePopulation(population: RidgePopulation, score: ScoreRule, key: Key): number[] {
  const {
    data,
    temperature: T,
    members: n,
    generations,
    interval,
    reports = 25,
    mutation,
    domain,
  } = population;
  const problems = rangeProblems("ridgePopulation", {
    members: [n, "count"],
    generations: [generations, "count"],
    reports: [reports, "count"],
    mutation: [mutation, "notNegative"],
  });
  if (!(T > 0)) problems.push(`ridgePopulation.temperature: needs a number > 0, got ${T}`);
  if (!(interval > 0)) problems.push(`ridgePopulation.interval: needs a number > 0, got ${interval}`);
  if (!(domain[0] < domain[1]))
    problems.push(`ridgePopulation.domain: needs low < high, got [${domain.join(", ")}]`);
  refuse(problems);
  const basis = diagonalised(data);
  const { p } = basis;
  const at = ridge(data, T);
  const effective = (h: number): number => at(h).fitness;
  const best = Math.max(
    ...Array.from({ length: 221 }, (_, i) => effective(domain[0] + (i / 220) * (domain[1] - domain[0]))),
  );
  const selection = truncation({ fraction: 0.2 });
  const [from, until] = population.start ?? domain;
  const uniforms = new Float64Array(n);
  const noise = new Float64Array(n * p);
  fillUniform(uniforms, key, "start h");
  fillNormal(noise, key, "start theta");
  let h: Float64Array = uniforms.map((u) => from + u * (until - from));
  let theta: Float64Array = noise.map((z, k) => {
    const { stiffness, centre } = basis.law(h[Math.floor(k / p)]!, k % p);
    return centre + Math.sqrt(T / stiffness) * z;
  });
  const regrets: number[] = [];
  let parents: Int32Array | null = null;
  const x = interval / reports;
  for (let generation = 0; generation < generations; generation++) {
    const average = new Float64Array(n);
    const last = new Float64Array(n);
    const decay = new Float64Array(n * p);
    const width = new Float64Array(n * p);
    const centre = new Float64Array(n * p);
    for (let k = 0; k < n * p; k++) {
      const law = basis.law(h[Math.floor(k / p)]!, k % p);
      decay[k] = Math.exp(-law.stiffness * x);
      width[k] = Math.sqrt((T / law.stiffness) * -Math.expm1(-2 * law.stiffness * x));
      centre[k] = law.centre;
    }
    for (let step = 0; step < reports; step++) {
      fillNormal(noise, key, "langevin", generation * reports + step);
      for (let k = 0; k < n * p; k++)
        theta[k] = centre[k]! + decay[k]! * (theta[k]! - centre[k]!) + width[k]! * noise[k]!;
      for (let i = 0; i < n; i++) {
        last[i] = basis.phi(theta, i * p);
        average[i]! += last[i]! / reports;
      }
    }
    regrets.push(h.reduce((sum, value) => sum + (best - effective(value)) / n, 0));
    const chosen = choose(selection, score({ h, last, average, parents }), key, generation);
    const moves = new Float64Array(n);
    fillNormal(moves, key, "mutation", generation);
    theta = theta.map((_, k) => theta[chosen[Math.floor(k / p)]! * p + (k % p)]!);
    h = h.map((own, i) =>
      chosen[i] === i ? own : reflect(h[chosen[i]!]! + mutation * moves[i]!, domain[0], domain[1]),
    );
    parents = chosen;
  }
  return regrets;
}

/** The problem in the eigenvectors of XᵀX/n. */
function diagonalised({ X, y, Xv, yv }: RidgeData) {
  const p = X[0]!.length;
  const gram = new Float64Array(p * p);
  const moment = new Float64Array(p);
  X.forEach((row, r) => {
    for (let i = 0; i < p; i++) {
      moment[i]! += (row[i]! * y[r]!) / X.length;
      for (let j = 0; j < p; j++) gram[i * p + j]! += (row[i]! * row[j]!) / X.length;
    }
  });
  const { values, vectors } = symmetricEigen(gram, p);
  const along = (v: ArrayLike<number>, j: number): number => {
    let sum = 0;
    for (let i = 0; i < p; i++) sum += vectors[j * p + i]! * v[i]!;
    return sum;
  };
  const pulls = Array.from({ length: p }, (_, j) => along(moment, j));
  const rows = Xv.map((row) => Float64Array.from({ length: p }, (_, j) => along(row, j)));
  return {
    p,
    /** OU law of coordinate j at h. */
    law: (h: number, j: number) => {
      const stiffness = values[j]! + Math.exp(h);
      return { stiffness, centre: pulls[j]! / stiffness };
    },
    phi: (theta: Float64Array, at: number): number => {
      let sum = 0;
      for (let r = 0; r < rows.length; r++) {
        let error = yv[r]!;
        const row = rows[r]!;
        for (let j = 0; j < p; j++) error -= row[j]! * theta[at + j]!;
        sum += error * error;
      }
      return -sum / (2 * rows.length);
    },
  };
}
