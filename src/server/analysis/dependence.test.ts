import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { choice, logUniform, searchSpace, uniform } from "../../space/index.ts";
import { genealogyOf, type GenealogyOptions } from "../fixtures/genealogies.ts";
import { dependenceOf, level } from "./dependence.ts";

const space = searchSpace({ a: uniform(0, 1), b: logUniform(1e-5, 1e-1), c: choice(["x", "y", "z"]) });
const wide = searchSpace(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`h${i}`, uniform(0, 1)])));
const boltzmann = { selection: { kind: "boltzmann", beta: 1 } };

/** Of so many runs, those in which fitness was said to depend on a hyperparameter of each name. */
function told(runs: number, options: Omit<GenealogyOptions, "seed">): { any: number; of: number[] } {
  const of = options.space.names.map(() => 0);
  let any = 0;
  for (let seed = 0; seed < runs; seed++) {
    const { p } = dependenceOf(genealogyOf({ ...options, seed }), key(seed))!;
    const sure = p.map((one) => one !== null && one <= level);
    for (const [k, yes] of sure.entries()) if (yes) of[k] = of[k]! + 1;
    if (sure.includes(true)) any++;
  }
  return { any, of };
}

const small = { members: 8, generations: 14, space, walk: 0, noise: 0 };

// The rate itself, over 200 runs of each kind, is measured in dependence.long.ts.
describe("does fitness depend on hyperparameters?", () => {
  it("rarely says so of trainers that ignore them", () => {
    const nulls = [
      told(10, { ...small, walk: 1, noise: 0.1 }),
      told(10, { ...small, noise: 1 }),
      told(10, { ...small, walk: 1, noise: 0.1, rules: boltzmann }),
      told(2, { ...small, walk: 1, noise: 0.3, space: wide }),
    ];
    // 32 runs at 5 %: more than 5 has a chance of 0.6 %.
    expect(nulls.reduce((sum, { any }) => sum + any, 0)).toBeLessThanOrEqual(5);
  });

  it("says so of what it truly depends on: values, gains, categories, one of forty", () => {
    const parabola = told(6, { ...small, members: 20, noise: 0.1, value: ([a]) => -((a! - 0.7) ** 2) });
    expect(parabola.of[0]).toBeGreaterThanOrEqual(5);
    const gains = told(6, { ...small, members: 20, walk: 0.05, gain: ([, b]) => b! });
    expect(gains.of[1]).toBeGreaterThanOrEqual(5);
    const categories = told(6, { ...small, members: 16, noise: 0.5, value: (x) => (x[2]! > 0.6 ? 1 : 0) });
    expect(categories.of[2]).toBeGreaterThanOrEqual(5);
    const one = told(2, { ...small, members: 20, space: wide, noise: 0.1, value: (x) => x[3]! });
    expect(one.of[3]).toBe(2);
  });

  it("tests nothing with few founders, few evaluations, or where nothing can differ", () => {
    const of = (changes: Partial<GenealogyOptions>) =>
      dependenceOf(genealogyOf({ ...small, noise: 1, seed: 1, ...changes }), key(1));
    expect(of({ members: 3 })).toBeNull();
    expect(of({ generations: 2 })).toBeNull();
    const still = genealogyOf({ ...small, noise: 1, seed: 1, rules: { mutation: { kind: "none" } } });
    const same = {
      ...still,
      coordinates: Array.from(still.coordinates, (x, i) => (i % 3 === 0 ? 0.5 : x)),
      founders: still.founders.map(([, b, c]) => [0.5, b!, c!]),
    };
    expect(dependenceOf(same, key(1))!.p[0]).toBeNull();
    expect(dependenceOf({ ...same, unordered: [false, null, true] }, key(1))!.p[1]).toBeNull();
  });

  it("is the same again, and does not care for the units of the metric", () => {
    const one = genealogyOf({ ...small, noise: 0.1, seed: 3, value: ([a]) => a! });
    const scaled = { ...one, value: Array.from(one.value, (value) => 1000 * value - 5) };
    expect(dependenceOf(scaled, key(3))).toEqual(dependenceOf(one, key(3)));
  });
});
