import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { methods } from "../bench/quality/methods.ts";
import { paceOf } from "../bench/quality/pace.ts";
import { level, margin, problems, seeds, workingSeeds } from "../bench/quality/protocol.ts";
import { readResults, type Results, writeResults } from "../bench/quality/results.ts";
import { simulate } from "../bench/quality/simulate.ts";
import { holm, paired } from "../bench/quality/statistics.ts";
import { tables } from "../bench/quality/table.ts";
import { key, type Stream, stream } from "../src/random/index.ts";

const problem = (name: string) => problems.find((one) => one.name === name)!;
const instance = (name: string) => problem(name).create(stream(key(1), "data"));
const none = new Float64Array(0);

describe("the quality benchmark", () => {
  it("has at least twenty seeds, none of which was worked with, and problems of both kinds, some held out", () => {
    expect(seeds.length).toBeGreaterThanOrEqual(20);
    expect(seeds.filter((seed) => workingSeeds.includes(seed))).toEqual([]);
    expect(new Set(problems.map(({ clocks }) => clocks))).toEqual(new Set(["separated", "coupled"]));
    expect(problems.filter(({ heldOut }) => heldOut).length).toBeGreaterThanOrEqual(5);
    expect(new Set(problems.map(({ name }) => name)).size).toBe(problems.length);
  });

  it.each(problems.map(({ name }) => name))("%s runs, and gives the same outcome twice", (name) => {
    const small = { ...problem(name), generations: 4 };
    const method = methods["instantaneous"]!;
    const { truth } = simulate(small, method, 5);
    expect(truth).toBeGreaterThan(0);
    expect(truth).toBeLessThan(Infinity);
    expect(simulate(small, method, 5).truth).toBe(truth);
  });

  it("knows the truth of the double well: E(θ − 1)²/2 = 0.916373 at h = 0, 0.376608 at 0.2 (theory T4.5)", () => {
    const { truth } = instance("double well");
    expect(truth(none, { h: 0 }) - truth(none, { h: 0.2 })).toBeCloseTo(0.916372744 - 0.376608292, 5);
  });

  it("knows the truth of ridge regression: F is largest at h = 0.575 (theory T5.6)", () => {
    const { truth } = instance("ridge");
    expect(truth(none, { h: 0.575 })).toBeCloseTo(1e-4, 5);
    // F(0) = −0.521441364, max F = −0.504100.
    expect(truth(none, { h: 0 }) - 1e-4).toBeCloseTo(0.521441364 - 0.5041, 4);
  });

  it("knows the stationary error of the tracker", () => {
    const { init, train, truth } = instance("tracking");
    const excess = (step: number): number => {
      const draws = stream(key(2), "tracking", Math.round(1000 * step));
      const h = { step };
      const state = init(h, draws);
      let total = 0;
      const n = 60_000;
      train(state, h, 500, draws, 0);
      for (let i = 0; i < n; i++) {
        train(state, h, 1, draws, 0);
        total += (state[1]! - state[0]!) ** 2 / n;
      }
      return total;
    };
    const difference = truth(none, { step: 0.5 }) - truth(none, { step: 0.1 });
    expect(Math.abs(excess(0.5) - excess(0.1) - difference)).toBeLessThan(0.02);
  });

  it("trains the recurrent network along its gradient, through time", () => {
    const { init, train, evaluate } = instance("recurrent");
    const h = { rate: 1e-4, momentum: 0 };
    const data = (): Stream => stream(key(3), "sequences");
    const state = init(h, stream(key(3), "init"));
    const size = state.length / 2;
    const moved = state.slice();
    train(moved, h, 1, data(), 0);
    const numeric = Float64Array.from({ length: size }, (_, k) => {
      const at = (step: number): number => evaluate(state.with(k, state[k]! + step), h, data());
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    const norm = Math.hypot(...numeric);
    for (let k = 0; k < size; k++) {
      expect(Math.abs(moved[size + k]! + 1e-4 * numeric[k]! * Math.min(1, 1 / norm))).toBeLessThan(1e-9);
    }
    expect(norm).toBeGreaterThan(0.1);
  });

  it("begins both greedy toys at 0.9: at h = 0 the plain one shrinks by 0.996 a step, the deceptive one stops", () => {
    const plain = instance("greedy pays");
    const deceptive = instance("greedy deceives");
    const h = { h: 0 };
    const [a, b] = [plain, deceptive].map(({ init, train }) => {
      const state = init(h, stream(key(1), "init"));
      train(state, h, 500, stream(key(1), "none"), 0);
      return state;
    });
    expect(a![0]).toBeCloseTo(0.9 * 0.996 ** 500, 12);
    // Speed 2 − 0.2 × (deviation in intervals of 25 steps): used up when the deviation is 10 intervals, 293 steps.
    const stopped = b![0]!;
    deceptive.train(b!, h, 100, stream(key(1), "none"), 500);
    expect(b![0]).toBe(stopped);
    expect(stopped).toBeGreaterThan(a![0]!);
    // Who follows the line is never slowed.
    const ideal = deceptive.init(h, stream(key(1), "init"));
    for (let t = 0; t < 1000; t++) deceptive.train(ideal, { h: 1 - t / 1000 }, 1, stream(key(1), "none"), t);
    expect(ideal[1]).toBeCloseTo(0, 12);
    expect(ideal[0]! / 0.9).toBeCloseTo(Math.exp(-3), 2);
  });

  it("gives every interval the same steps, and the engine's own rule to the automatic one", () => {
    const small = { ...problem("Gibbs well"), generations: 12 };
    for (const [name, intervals] of [
      ["auto", 12],
      ["interval ÷ 4", 48],
      ["interval × 4", 3],
    ] as const) {
      const method = { ...methods[name]!, rules: methods["instantaneous"]!.rules };
      expect(simulate(small, method, 5).notes.length).toBe(intervals);
    }
    const pace = paceOf(small, methods["interval auto"]!);
    // 144 steps in 30 intervals of at most 5.
    expect([pace.next(), pace.total]).toEqual([5, 144]);
  });

  it("merges finalists where states can be merged, and hands over nothing worse than their fresh evaluations say", () => {
    const { finals } = simulate({ ...problem("short horizon"), generations: 6 }, methods["auto"]!, 5);
    expect(finals!.soup).toBeGreaterThan(0);
    expect(simulate({ ...problem("triangle"), generations: 6 }, methods["auto"]!, 5).finals!.soup).toBe(null);
    expect(simulate({ ...problem("ridge"), generations: 6 }, methods["auto"]!, 5).finals).toBe(null);
  });
});

describe("its table", () => {
  const results = {
    seeds: [1, 2, 3, 4, 5, 6],
    problems: {
      ridge: {
        truths: {
          instantaneous: [1, 2, 3, 4, 5, 6],
          // Not in the order of the columns, and no interval although it is called one.
          "interval average": [1, 2, 3, 4, 5, 6],
          effective: [0.5, 1.01, 1.5, 2.02, 2.5, 3.03],
          auto: [1, 2, 3, 4, 5, 6],
          "interval × 4": [2, 4, 6.1, 8, 10, 12],
        },
        lastValue: null,
        soup: null,
      },
      chain: {
        truths: { instantaneous: [1, 1, 1, 1, 1, 1], auto: [1, 1.1, 0.9, 1, 1.05, 0.95] },
        lastValue: [1, 1.1, 0.9, 1, 1.05, 0.95],
        soup: [0.9, 0.99, 0.81, 0.9, 0.95, 0.85],
      },
    },
  };

  it("is printed from stored outcomes: three tables, one correction, dashes where there is nothing", () => {
    const text = tables(results, problems, { level: 0.05, margin: 0.02 });
    expect(text).toContain("6 paired seeds");
    expect(text).toContain("Holm over all 7 cells");
    expect(text).toContain("| problem | clocks | instantaneous | interval average | effective | auto |");
    expect(text).toContain("| ridge | separated | 3.50 | +0 ± 0 | −69 ± 1 ** | +0 ± 0 |");
    expect(text).toContain("| chain (held out) | coupled | 1.00 | — | — | −0 ± 7 |");
    expect(text).toContain("| ridge | +0 ± 0 | +70 ± 1 !! |");
    expect(text).toContain("| chain (held out) | +0 ± 0 | −11 ± 0 ** |");
    expect(text).not.toContain("| ridge | — | — |");
  });

  it("sets the automatic interval beside the one that it begins with, also where nothing else was run", () => {
    const truths = {
      "interval first": [1, 2, 3, 4, 5, 6],
      "interval auto": [0.5, 1.01, 1.5, 2.02, 2.5, 3.03],
    };
    const longer = {
      seeds: results.seeds,
      budget: 8,
      problems: { ridge: { truths, lastValue: null, soup: null } },
    };
    const text = tables(longer, problems, { level: 0.05, margin: 0.02 });
    expect(text).toContain("6 paired seeds; 8 times the steps");
    expect(text).toContain("Holm over all 1 cells");
    expect(text).toContain("| ridge | separated | −69 ± 1 ** |");
    expect(text).not.toContain("Scores and rules");
  });

  it("is in the documentation as the stored outcomes give it", () => {
    const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
    const stored = readResults(
      ["quality-2026-11-22", "interval-2026-11-22"].map((name) =>
        fileURLToPath(new URL(`../bench/results/${name}.json`, import.meta.url)),
      ),
    );
    expect(stored.seeds).toEqual(seeds);
    expect(Object.keys(stored.problems).toSorted()).toEqual(problems.map(({ name }) => name).toSorted());
    expect(read("docs/effective-fitness.md")).toContain(tables(stored, problems, { level, margin }).trim());
    const longer = readResults([
      fileURLToPath(new URL("../bench/results/interval-8-2026-11-22.json", import.meta.url)),
    ]);
    expect(read("docs/choosing-the-interval.md")).toContain(
      tables(longer, problems, { level, margin }).trim(),
    );
  });

  it("comes back from its file, in parts", () => {
    const folder = mkdtempSync(join(tmpdir(), "polytempo-quality-"));
    const part = (name: string, problemsOfPart: Results["problems"]): string => {
      const path = join(folder, name);
      writeFileSync(path, writeResults({ seeds: results.seeds, problems: problemsOfPart }));
      return path;
    };
    const { ridge, chain } = results.problems;
    const { instantaneous, ...others } = ridge.truths;
    const paths = [
      part("a.json", { ridge: { ...ridge, truths: { instantaneous } }, chain }),
      part("b.json", { ridge: { ...ridge, truths: others } }),
    ];
    expect(readResults(paths)).toEqual(results);
    const stranger = join(folder, "c.json");
    writeFileSync(stranger, writeResults({ seeds: [7], problems: {} }));
    expect(() => readResults([...paths, stranger])).toThrow("not run with the same seeds");
    writeFileSync(stranger, writeResults({ seeds: results.seeds, budget: 8, problems: {} }));
    expect(readResults([stranger])).toEqual({ seeds: results.seeds, budget: 8, problems: {} });
    expect(() => readResults([...paths, stranger])).toThrow("not run with the same budget");
    rmSync(folder, { recursive: true });
  });
});

describe("its statistics", () => {
  it("compare logarithms in pairs: Student's t", () => {
    const reference = [1, 1, 1, 1, 1];
    const values = [0.1, 0.2, 0.3, 0.4, 0.5].map(Math.exp);
    const { difference, margin, p } = paired(values, reference);
    expect(difference).toBeCloseTo(0.3, 12);
    // sd 0.158114, t(4, 0.975) = 2.776445; t = 4.242641, p = 0.013236.
    expect(margin).toBeCloseTo((2.776445 * 0.158114) / Math.sqrt(5), 5);
    expect(p).toBeCloseTo(0.013236, 5);
    expect(paired([2, 2], [2, 2])).toEqual({ difference: 0, margin: 0, p: 1 });
  });

  it("adjust p values by Holm's steps", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
  });
});
