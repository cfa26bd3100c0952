import { logUniform, searchSpace } from "../../../src/space/index.ts";
import type { Stream } from "../../../src/random/index.ts";
import { number, type Problem } from "../problem.ts";

function policy(logits: Float64Array, from: number, count: number): number[] {
  let top = -Infinity;
  for (let a = 0; a < count; a++) top = Math.max(top, logits[from + a]!);
  const weights = Array.from({ length: count }, (_, a) => Math.exp(logits[from + a]! - top));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

function draw(p: readonly number[], draws: Stream): number {
  let left = draws.uniform();
  for (let a = 0; a < p.length - 1; a++) {
    left -= p[a]!;
    if (left < 0) return a;
  }
  return p.length - 1;
}

const clamp = (value: number): number => Math.max(-30, Math.min(30, value));

/** Softmax policy gradient on ten noisy arms. */
export const bandit: Problem = {
  name: "bandit",
  clocks: "coupled",
  heldOut: false,
  about: "policy gradient on ten arms with noise; learning rate and entropy bonus",
  space: searchSpace({ rate: logUniform(1e-3, 3), entropy: logUniform(1e-4, 1) }),
  members: 16,
  generations: 25,
  interval: 20,
  product: "model",
  mergeable: true,
  create(data) {
    const arms = Array.from({ length: 10 }, () => data.normal());
    const best = Math.max(...arms);
    const value = (logits: Float64Array): number =>
      policy(logits, 0, 10).reduce((sum, p, a) => sum + p * arms[a]!, 0);
    return {
      // Logits, then the baseline.
      init: () => new Float64Array(11),
      train(state, h, steps, draws) {
        for (let i = 0; i < steps; i++) {
          const p = policy(state, 0, 10);
          const a = draw(p, draws);
          const reward = arms[a]! + draws.normal();
          const advantage = reward - state[10]!;
          state[10] = state[10]! + 0.1 * advantage;
          const mean = p.reduce((sum, q) => sum + q * Math.log(q + 1e-12), 0);
          for (let b = 0; b < 10; b++) {
            const slope = advantage * ((b === a ? 1 : 0) - p[b]!);
            const bonus = -p[b]! * (Math.log(p[b]! + 1e-12) - mean);
            state[b] = clamp(state[b]! + number(h, "rate") * (slope + number(h, "entropy") * bonus));
          }
        }
      },
      evaluate(state, _, draws) {
        const p = policy(state, 0, 10);
        let total = 0;
        for (let i = 0; i < 10; i++) total += arms[draw(p, draws)]! + draws.normal();
        return -total / 10;
      },
      truth: (state) => best - value(state) + 0.01,
    };
  },
};

const LENGTH = 7;
const HORIZON = 14;
const SLIP = 0.1;

/** A chain: a small reward at hand, a large one at its far end; episodes of 14 moves. */
export const chain: Problem = {
  name: "chain",
  clocks: "coupled",
  heldOut: true,
  about: "policy gradient on a chain with a near and a far reward; learning rate and entropy bonus",
  space: searchSpace({ rate: logUniform(1e-3, 3), entropy: logUniform(1e-4, 1) }),
  members: 16,
  generations: 25,
  interval: 15,
  product: "model",
  mergeable: true,
  create() {
    const move = (s: number, right: boolean): number =>
      Math.max(0, Math.min(LENGTH - 1, s + (right ? 1 : -1)));
    const reward = (s: number): number => (s === LENGTH - 1 ? 1 : s === 0 ? 0.1 : 0);
    const expected = (rightOf: (s: number) => number): number => {
      let law: number[] = Array.from({ length: LENGTH }, (_, s) => (s === 1 ? 1 : 0));
      let total = 0;
      for (let t = 0; t < HORIZON; t++) {
        const next: number[] = law.map(() => 0);
        for (const [s, mass] of law.entries()) {
          const right = rightOf(s) * (1 - SLIP) + (1 - rightOf(s)) * SLIP;
          next[move(s, true)]! += mass * right;
          next[move(s, false)]! += mass * (1 - right);
        }
        law = next;
        total += law.reduce((sum, mass, s) => sum + mass * reward(s), 0);
      }
      return total;
    };
    const best = expected(() => 1);
    const play = (state: Float64Array, draws: Stream): { path: [number, number][]; total: number } => {
      let s = 1;
      let total = 0;
      const path: [number, number][] = [];
      for (let t = 0; t < HORIZON; t++) {
        const a = draw(policy(state, 2 * s, 2), draws);
        path.push([s, a]);
        s = move(s, draws.uniform() < SLIP ? a === 0 : a === 1);
        total += reward(s);
      }
      return { path, total };
    };
    return {
      init: () => new Float64Array(2 * LENGTH + 1),
      train(state, h, steps, draws) {
        const rate = number(h, "rate");
        for (let i = 0; i < steps; i++) {
          const { path, total } = play(state, draws);
          const advantage = total - state[2 * LENGTH]!;
          state[2 * LENGTH] = state[2 * LENGTH]! + 0.1 * advantage;
          for (const [s, a] of path) {
            const p = policy(state, 2 * s, 2);
            const mean = p.reduce((sum, q) => sum + q * Math.log(q + 1e-12), 0);
            for (let b = 0; b < 2; b++) {
              const slope = advantage * ((b === a ? 1 : 0) - p[b]!);
              const bonus = -p[b]! * (Math.log(p[b]! + 1e-12) - mean);
              state[2 * s + b] = clamp(
                state[2 * s + b]! + (rate * (slope + number(h, "entropy") * bonus)) / HORIZON,
              );
            }
          }
        }
      },
      evaluate(state, _, draws) {
        let total = 0;
        for (let i = 0; i < 5; i++) total += play(state, draws).total;
        return -total / 5;
      },
      truth: (state) => best - expected((s) => policy(state, 2 * s, 2)[1]!) + 0.01,
    };
  },
};
