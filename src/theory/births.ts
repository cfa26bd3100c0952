import { refuse } from "../errors/index.ts";

/**
 * Who gives birth and who dies when (docs/theory, T2.1 a–c): truncation at a share q of either end, meetings of pairs, or
 * Boltzmann weights e^{βφ}.
 */
export type BirthRule =
  | { readonly kind: "truncation"; readonly fraction: number }
  | { readonly kind: "fermi"; readonly beta: number }
  | { readonly kind: "linear"; readonly beta: number }
  | { readonly kind: "tournament" }
  | { readonly kind: "boltzmann"; readonly beta: number };

/** Births of a mean field or of its reduced equation: ∂ₜf = λ(M[gain] − loss). */
export interface Births {
  readonly rule: BirthRule;
  /** λ: rate of each agent's clock, per slow time. */
  readonly rate: number;
  /** Variance of the reflected Gaussian step of a child's h. Default 0. */
  readonly mutationVariance?: number;
}

/** Writes who gives birth and who dies, both per unit of λ, for a law on cells; their sums are equal to rounding. */
export type BirthOperator = (mass: Float64Array, gain: Float64Array, loss: Float64Array) => void;

/** All that is wrong with births, in words. @param place for messages */
export function birthProblems({ rule, rate, mutationVariance = 0 }: Births, place: string): string[] {
  const problems: string[] = [];
  if (!(rate > 0)) problems.push(`${place}.rate: needs a number > 0, got ${rate}`);
  if (!(mutationVariance >= 0))
    problems.push(`${place}.mutationVariance: needs a number >= 0, got ${mutationVariance}`);
  if (rule.kind === "truncation" && !(rule.fraction > 0 && rule.fraction <= 0.5))
    problems.push(`${place}.fraction: needs 0 < fraction <= 0.5, got ${rule.fraction}`);
  if ("beta" in rule && !(rule.beta > 0))
    problems.push(`${place}.beta: needs a number > 0, got ${rule.beta}`);
  return problems;
}

/**
 * The operator of a rule on cells of given fitness: on the (θ, h) grid of the mean field, or on the nodes of the Gibbs laws
 * μ_h(θ)ρ(h) of the reduced equation.
 * @param fitness φ of each cell `[n]`, finite
 * @throws UsageError for values of φ that are not finite
 */
export function birthOperator(rule: BirthRule, fitness: Float64Array): BirthOperator {
  refuse(fitness.every(Number.isFinite) ? [] : ["births: needs finite fitness on all cells"]);
  switch (rule.kind) {
    case "truncation":
      return truncate(levels(fitness), rule.fraction);
    case "tournament":
      return tournament(levels(fitness));
    case "boltzmann":
      return boltzmann(fitness, rule.beta);
    case "fermi":
      return meetings(fitness, (d) => 1 / (1 + Math.exp(-rule.beta * d)));
    case "linear":
      return meetings(fitness, (d) => Math.min(1, Math.max(0, 0.5 + (rule.beta * d) / 2)));
  }
}

/** Cells in rising order of fitness, and where each run of equal values begins; the last entry is n. */
interface Levels {
  readonly order: Int32Array;
  readonly starts: readonly number[];
}

function levels(fitness: Float64Array): Levels {
  const order = Int32Array.from(fitness, (_, i) => i).sort((a, b) => fitness[a]! - fitness[b]!);
  const starts: number[] = [];
  order.forEach((cell, k) => {
    if (k === 0 || fitness[cell]! > fitness[order[k - 1]!]!) starts.push(k);
  });
  return { order, starts: [...starts, order.length] };
}

/** Births above the upper quantile of fitness, deaths below the lower one; cells of equal fitness share what is left. */
function truncate({ order, starts }: Levels, fraction: number): BirthOperator {
  const take = (mass: Float64Array, into: Float64Array, from: number, step: 1 | -1): void => {
    into.fill(0);
    let left = fraction;
    for (let level = from; left > 0 && level >= 0 && level < starts.length - 1; level += step) {
      let total = 0;
      for (let k = starts[level]!; k < starts[level + 1]!; k++) total += mass[order[k]!]!;
      const share = total > left ? left / total : 1;
      for (let k = starts[level]!; k < starts[level + 1]!; k++) into[order[k]!] = share * mass[order[k]!]!;
      left -= share * total;
    }
  };
  return (mass, gain, loss) => {
    take(mass, loss, 0, 1);
    take(mass, gain, starts.length - 2, -1);
  };
}

/** Each meets one other; the better of both has the place, equal ones have it half of the time. */
function tournament({ order, starts }: Levels): BirthOperator {
  return (mass, gain, loss) => {
    // Not 1: a rounding of the total would grow like e^{λt}.
    const all = mass.reduce((sum, value) => sum + value, 0);
    let below = 0;
    for (let level = 0; level < starts.length - 1; level++) {
      let total = 0;
      for (let k = starts[level]!; k < starts[level + 1]!; k++) total += mass[order[k]!]!;
      const wins = below + total / 2;
      for (let k = starts[level]!; k < starts[level + 1]!; k++) {
        const cell = order[k]!;
        gain[cell] = mass[cell]! * wins;
        loss[cell] = mass[cell]! * (all - wins);
      }
      below += total;
    }
  };
}

function boltzmann(fitness: Float64Array, beta: number): BirthOperator {
  let top = -Infinity;
  for (const value of fitness) if (value > top) top = value;
  const weights = fitness.map((value) => Math.exp(beta * (value - top)));
  return (mass, gain, loss) => {
    let total = 0;
    for (let i = 0; i < mass.length; i++) total += gain[i] = mass[i]! * weights[i]!;
    for (let i = 0; i < mass.length; i++) gain[i]! /= total;
    loss.set(mass);
  };
}

const BINS = 513;

/**
 * Meetings won with probability p(Δ), p(Δ) + p(−Δ) = 1: the law of φ is dealt to bins that lie denser towards the top, where
 * populations are, linearly between neighbours; chances are read back with the same weights, so that births and deaths are
 * equal to rounding.
 */
function meetings(fitness: Float64Array, chance: (difference: number) => number): BirthOperator {
  let [low, top] = [Infinity, -Infinity];
  for (const value of fitness) {
    if (value < low) low = value;
    if (value > top) top = value;
  }
  // Where all are equal but for rounding, any range does.
  const range = top - low > 1e-12 * Math.max(1, Math.abs(top)) ? top - low : 1;
  const depths = Float64Array.from({ length: BINS }, (_, b) => range * (b / (BINS - 1)) ** 2);
  const bin = new Int32Array(fitness.length);
  const share = new Float64Array(fitness.length);
  fitness.forEach((value, i) => {
    const depth = top - value;
    const b = Math.min(BINS - 2, Math.floor(Math.sqrt(depth / range) * (BINS - 1)));
    bin[i] = b;
    share[i] = Math.min(1, Math.max(0, (depth - depths[b]!) / (depths[b + 1]! - depths[b]!)));
  });
  const table = new Float64Array(BINS * BINS);
  for (let a = 0; a < BINS; a++) {
    for (let b = 0; b < BINS; b++) table[a * BINS + b] = chance(depths[b]! - depths[a]!);
  }
  const law = new Float64Array(BINS);
  const wins = new Float64Array(BINS);
  return (mass, gain, loss) => {
    const all = mass.reduce((sum, value) => sum + value, 0);
    law.fill(0);
    for (let i = 0; i < mass.length; i++) {
      law[bin[i]!]! += (1 - share[i]!) * mass[i]!;
      law[bin[i]! + 1]! += share[i]! * mass[i]!;
    }
    for (let a = 0; a < BINS; a++) {
      let sum = 0;
      for (let b = 0; b < BINS; b++) sum += table[a * BINS + b]! * law[b]!;
      wins[a] = sum;
    }
    for (let i = 0; i < mass.length; i++) {
      const won = (1 - share[i]!) * wins[bin[i]!]! + share[i]! * wins[bin[i]! + 1]!;
      gain[i] = mass[i]! * won;
      loss[i] = mass[i]! * (all - won);
    }
  };
}
