import { refuse, UsageError } from "../errors/index.ts";
import { birthOperator, birthProblems, type Births } from "./births.ts";
import { cellGrid, diffusionPropagator, type Grid, propagate } from "./diffusion.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import { checkRanges, rangeProblems } from "./ranges.ts";
import { advanceColumn, scharfetterGummel, type Tridiagonal } from "./fokkerPlanck.ts";

/** A law on the (θ, h) grid: `mass[j·nθ + i]` is the probability of cell (θ_i, h_j). */
export interface Field {
  readonly theta: Grid;
  readonly h: Grid;
  readonly mass: Float64Array;
}

export interface MeanFieldOptions {
  readonly model: TwoScaleModel;
  readonly eps: number;
  /** Diffusion D of h (mutation). */
  readonly diffusion: number;
  readonly theta: readonly [low: number, high: number, cells: number];
  readonly h: readonly [low: number, high: number, cells: number];
  readonly method?: "be" | "sdirk2";
  /** Births at a rate λ, whose children mutate; absent: the replicator term f(φ − ⟨φ⟩). */
  readonly births?: Births & {
    /** `clone` (default): a child has θ and h of its parent. `keep`: it keeps the θ of who dies and takes the parent's h. */
    readonly inherit?: "clone" | "keep";
  };
}

/**
 * The mean-field equation ∂ₜf = (1/ε)∂_θ(fL_θ + T f_θ) + Q[f] + D f_hh (docs/theory, T2.1) by finite volumes with Strang
 * splitting FP(dt/2) MUT(dt/2) SEL(dt) MUT(dt/2) FP(dt/2) (T2.2). Mass is exact to rounding; second order in dt, dθ
 * and dh with "sdirk2".
 * @throws UsageError for impossible births, and for numbers out of range
 */
export function meanField(options: MeanFieldOptions): {
  readonly theta: Grid;
  readonly h: Grid;
  /** @param from density at (θ, h), need not be normalised */
  solve(run: {
    readonly from: (theta: number, h: number) => number;
    readonly time: number;
    readonly step: number;
    readonly onStep?: (field: Field, time: number) => void;
  }): Field;
} {
  const { model, eps, diffusion, method = "sdirk2", births } = options;
  refuse([
    ...rangeProblems("meanField", { eps: [eps, "positive"], diffusion: [diffusion, "notNegative"] }),
    ...(births === undefined ? [] : birthProblems(births, "meanField.births")),
  ]);
  const theta = cellGrid(...options.theta);
  const h = cellGrid(...options.h);
  const columns: Tridiagonal[] = Array.from(h.centres, (hj) =>
    scharfetterGummel(
      theta,
      theta.centres.map((x) => model.loss(x, hj)),
      model.temperature(hj),
      eps,
    ),
  );
  const fitness = new Float64Array(theta.size * h.size);
  for (let j = 0; j < h.size; j++) {
    for (let i = 0; i < theta.size; i++) {
      fitness[j * theta.size + i] = model.fitness(theta.centres[i]!, h.centres[j]!);
    }
  }
  if (!fitness.every(Number.isFinite))
    throw new UsageError("meanField.model.fitness: needs finite values on the grid.");
  const select = births === undefined ? replicator(fitness) : giveBirth(births, fitness, theta, h);

  const solve = (run: {
    readonly from: (theta: number, h: number) => number;
    readonly time: number;
    readonly step: number;
    readonly onStep?: (field: Field, time: number) => void;
  }): Field => {
    checkRanges("meanField.solve", { time: [run.time, "notNegative"], step: [run.step, "positive"] });
    const steps = Math.max(1, Math.ceil(run.time / run.step - 1e-12));
    const dt = run.time / steps;
    const mutation = diffusionPropagator(h, diffusion, dt / 2);
    const mass = new Float64Array(fitness.length);
    let sum = 0;
    for (let j = 0; j < h.size; j++) {
      for (let i = 0; i < theta.size; i++) {
        sum += mass[j * theta.size + i] = run.from(theta.centres[i]!, h.centres[j]!);
      }
    }
    if (!(sum > 0 && sum < Infinity))
      throw new UsageError(
        `meanField.solve.from: needs a density with a positive, finite sum over the grid, got ${sum}. Does the grid cover it?`,
      );
    for (let i = 0; i < mass.length; i++) mass[i]! /= sum;
    const work = {
      stage: new Float64Array(theta.size),
      second: new Float64Array(theta.size),
      scratch: new Float64Array(theta.size),
    };
    const row = new Float64Array(h.size);
    const fokkerPlanck = (): void => {
      for (let j = 0; j < h.size; j++) {
        const column = mass.subarray(j * theta.size, (j + 1) * theta.size);
        advanceColumn(columns[j]!, dt / 2, column, method, work);
      }
    };
    const mutate = (): void => {
      if (diffusion === 0) return;
      for (let i = 0; i < theta.size; i++) propagate(mutation, mass, row, i, theta.size);
    };
    const field: Field = { theta, h, mass };
    for (let n = 0; n < steps; n++) {
      fokkerPlanck();
      mutate();
      select(mass, dt);
      mutate();
      fokkerPlanck();
      run.onStep?.(field, (n + 1) * dt);
    }
    return field;
  };
  return { theta, h, solve };
}

/** Selection over dt, in place. */
type Select = (mass: Float64Array, dt: number) => void;

/** f ← f e^{dt φ}/Σ: exact. */
function replicator(fitness: Float64Array): Select {
  let top = -Infinity;
  for (const value of fitness) if (value > top) top = value;
  return (mass, dt) => {
    let total = 0;
    for (let i = 0; i < mass.length; i++) total += mass[i]! *= Math.exp(dt * (fitness[i]! - top));
    for (let i = 0; i < mass.length; i++) mass[i]! /= total;
  };
}

/** ∂ₜf = λ(M[gain] − loss) by the midpoint rule with λdt ≤ ¼: second order, positive, mass exact to rounding. */
function giveBirth(
  { rule, rate, mutationVariance = 0, inherit = "clone" }: NonNullable<MeanFieldOptions["births"]>,
  fitness: Float64Array,
  theta: Grid,
  h: Grid,
): Select {
  const operator = birthOperator(rule, fitness);
  const kernel = diffusionPropagator(h, mutationVariance / 2, 1);
  const gain = new Float64Array(fitness.length);
  const loss = new Float64Array(fitness.length);
  const middle = new Float64Array(fitness.length);
  const row = new Float64Array(h.size);
  const flow = (mass: Float64Array): void => {
    operator(mass, gain, loss);
    if (inherit === "keep") keepOwnTheta(gain, loss, theta.size);
    if (mutationVariance === 0) return;
    for (let i = 0; i < theta.size; i++) propagate(kernel, gain, row, i, theta.size);
  };
  return (mass, dt) => {
    const parts = Math.max(1, Math.ceil(4 * rate * dt));
    const step = (rate * dt) / parts;
    for (let part = 0; part < parts; part++) {
      flow(mass);
      for (let i = 0; i < mass.length; i++) middle[i] = mass[i]! + (step / 2) * (gain[i]! - loss[i]!);
      flow(middle);
      for (let i = 0; i < mass.length; i++) mass[i]! += step * (gain[i]! - loss[i]!);
    }
  };
}

/** Children take the h of their parents and the θ of those who die: gain ← (θ-law of loss) × (h-law of gain). */
function keepOwnTheta(gain: Float64Array, loss: Float64Array, cells: number): void {
  const places = new Float64Array(cells);
  let total = 0;
  loss.forEach((value, k) => {
    places[k % cells]! += value;
    total += value;
  });
  for (let from = 0; from < gain.length; from += cells) {
    let born = 0;
    for (let i = 0; i < cells; i++) born += gain[from + i]!;
    for (let i = 0; i < cells; i++) gain[from + i] = (born * places[i]!) / total;
  }
}

/** Means and covariance (θθ, θh, hh) of a field, and its total mass. */
export function fieldMoments(field: Field): {
  readonly mass: number;
  readonly mean: readonly [number, number];
  readonly covariance: readonly [number, number, number];
} {
  const { theta, h, mass } = field;
  let total = 0;
  let mt = 0;
  let mh = 0;
  const each = (visit: (p: number, x: number, y: number) => void): void => {
    for (let j = 0; j < h.size; j++) {
      for (let i = 0; i < theta.size; i++) visit(mass[j * theta.size + i]!, theta.centres[i]!, h.centres[j]!);
    }
  };
  each((p, x, y) => {
    total += p;
    mt += p * x;
    mh += p * y;
  });
  let tt = 0;
  let th = 0;
  let hh = 0;
  each((p, x, y) => {
    tt += p * (x - mt) ** 2;
    th += p * (x - mt) * (y - mh);
    hh += p * (y - mh) ** 2;
  });
  return { mass: total, mean: [mt, mh], covariance: [tt, th, hh] };
}

/** Cell probabilities of h `[nh]`. */
export function marginalH(field: Field): Float64Array {
  const marginal = new Float64Array(field.h.size);
  for (let j = 0; j < marginal.length; j++) {
    for (let i = 0; i < field.theta.size; i++) marginal[j]! += field.mass[j * field.theta.size + i]!;
  }
  return marginal;
}
