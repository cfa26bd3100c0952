import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../math/index.ts";
import { key, stream } from "../../random/index.ts";
import { choice, logUniform, searchSpace, uniform } from "../../space/index.ts";
import { eventsToMove, pairDistance, selectionDifferential, truncationDifferential } from "../index.ts";
import type { Member } from "../types.ts";
import { alarms, type Findings } from "./alarms.ts";
import { quadraticFit } from "./balance.ts";
import { addDifferentials, average, noDifferentials } from "./differentials.ts";
import { movements, mutationLoad } from "./movement.ts";
import { noiseSeeking } from "./noiseSeeking.ts";
import { type Ridge, surfaceOf } from "./surface.ts";

const member = (id: number, hyperparameters: Member["hyperparameters"]): Member => ({
  id,
  founder: id,
  parent: id,
  hyperparameters,
  step: 0,
  generation: 0,
  checkpoint: null,
  status: "active",
});

describe("the fit of recent evaluations", () => {
  const space = searchSpace({ x: uniform(0, 1), lr: logUniform(1e-4, 1e-2), kind: choice(["a", "b", "c"]) });
  const own = stream(key(1), "surface");
  const noise = 0.05;
  // F = −4(x − 0.6)² + 0.5·[kind = b], and nothing of lr.
  const worth = (x: number, kind: number): number => -4 * (x - 0.6) ** 2 + (kind === 1 ? 0.5 : 0);
  const rows = Array.from({ length: 180 }, () => [
    0.2 + 0.3 * own.uniform(),
    own.uniform(),
    ...[0, 0, 0].map(() => 0),
  ]);
  const kinds = rows.map(() => own.integer(3));
  kinds.forEach((kind, i) => (rows[i]![2 + kind] = 1));
  const fit = quadraticFit(
    rows,
    rows.map(([x], i) => worth(x!, kinds[i]!) + noise * own.normal()),
  )!;
  const members = rows
    .slice(0, 20)
    .map(([x, lr], i) => member(i, { x: x!, lr: 1e-4 * 100 ** lr!, kind: ["a", "b", "c"][kinds[i]!]! }));
  const { ridges, heights } = surfaceOf(fit, members, space);
  const [x, lr, kind] = ridges as [Ridge, Ridge, Ridge];

  it("finds slopes that are there, in standard errors, and none that is not", () => {
    expect(x.slope).toBeGreaterThan(10);
    expect(Math.abs(lr.slope)).toBeLessThan(3);
    expect(kind.slope).toBeGreaterThan(10);
    // The slope at the mean is that of the truth, within three of its errors.
    const at = members.reduce((sum, { hyperparameters }) => sum + Number(hyperparameters["x"]) / 20, 0);
    const { value, error } = fit.slope(0, at);
    expect(Math.abs(value - -8 * (at - 0.6))).toBeLessThan(3 * error);
    expect(x.slope).toBeCloseTo(value / error, 9);
  });

  it("finds the optimum, and what the members have left to gain", () => {
    // x was seen from 0.2 to 0.5 only: the vertex, 0.6, would be extrapolated.
    // It is told as the end of what was seen, which its vertex lies beyond.
    const { value: rise, error: doubt } = fit.slope(0, 0.5);
    expect(rise).toBeGreaterThan(3 * doubt);
    expect(x.optimum).toBe(Math.max(...rows.map(([a]) => a!)));
    expect(x.optimum).toBeGreaterThan(0.49);
    expect(Math.abs(x.curvature! - 8)).toBeLessThan(3 * fit.curvature[0]!.error);
    const gain = members.reduce(
      (sum, { hyperparameters }) => sum - worth(Number(hyperparameters["x"]), 0) / 20,
      worth(x.optimum!, 0),
    );
    expect(Math.abs(x.gain!.value - gain)).toBeLessThan(3 * x.gain!.error);
    expect(x.gain!.error).toBeLessThan(gain / 4);
    expect(lr).toMatchObject({ optimum: null, gain: null, curvature: null });
    expect(searchSpace({ kind: choice(["a", "b", "c"]) }).distributions[0]!.decode(kind.optimum!)).toBe("b");
    for (const [id, height] of Object.entries(heights)) expect(height).toBe(fit.at(rows[Number(id)]!));
  });

  it("goes to the end of what was observed that a slope without curvature points to", () => {
    const line = quadraticFit(
      rows.map(([a]) => [a!]),
      rows.map(([a]) => 3 * a! + noise * own.normal()),
    )!;
    const [rising] = surfaceOf(line, members, searchSpace({ x: uniform(0, 1) })).ridges;
    const observed = rows.map(([a]) => a!);
    expect(rising).toMatchObject({ optimum: Math.max(...observed), curvature: null });
    const falling = quadraticFit(
      rows.map(([a]) => [a!]),
      observed.map((a) => -3 * a + noise * own.normal()),
    )!;
    expect(surfaceOf(falling, members, searchSpace({ x: uniform(0, 1) })).ridges[0]!.optimum).toBe(
      Math.min(...observed),
    );
    expect(rising!.slope).toBeGreaterThan(10);
  });
});

describe("the pace of a population", () => {
  it("is Δ/(2 q i_q √R sd): known numbers", () => {
    expect(truncationDifferential(0.2)).toBeCloseTo(0.55992, 5);
    expect(truncationDifferential(0.25)).toBeCloseTo(0.63555, 5);
    expect(eventsToMove(0.3, { intensity: 0.55992, reliability: 0.25, spread: 0.1 })).toBeCloseTo(10.716, 3);
    expect(eventsToMove(null, { intensity: 0.5, reliability: 0.25, spread: 0.1 })).toBe(null);
    expect(eventsToMove(0.3, { intensity: null, reliability: 0.25, spread: 0.1 })).toBe(null);
    expect(eventsToMove(0.3, { intensity: 0.5, reliability: null, spread: 0.1 })).toBe(null);
    expect(eventsToMove(0.3, { intensity: 0.5, reliability: 0.25, spread: 0 })).toBe(null);
  });

  // 4 000 members, h normal, score = √R h + √(1 − R) noise: one event of truncation moves the mean of h by 2 q i_q √R sd(h).
  it.each([1, 0.25])("is what one event of truncation does, R = %f", (reliability) => {
    const n = 4000;
    const own = stream(key(2), "pace");
    const h = Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n));
    const scores = h.map(
      (value) => Math.sqrt(reliability) * value + Math.sqrt(1 - reliability) * own.normal(),
    );
    const order = scores.map((_, i) => i).toSorted((a, b) => scores[a]! - scores[b]!);
    const counts = h.map(() => 1);
    for (const i of order.slice(0, n / 5)) counts[i] = 0;
    for (const i of order.slice(-n / 5)) counts[i] = 2;
    const moved = selectionDifferential(h, counts)!.raw;
    const pace = { intensity: truncationDifferential(0.2), reliability, spread: 1 };
    expect(Math.abs(eventsToMove(moved, pace)! - 1)).toBeLessThan(reliability === 1 ? 0.01 : 0.1);
  });

  it("shares what hyperparameters explain between them", () => {
    const space = searchSpace({ a: uniform(0, 1), b: uniform(0, 1), c: uniform(0, 1) });
    const ridge = (dimension: number, changes: Partial<Ridge>): Ridge => ({
      dimension,
      slope: 0,
      curvature: null,
      mean: 0.4,
      optimum: null,
      gain: null,
      variance: 0,
      ...changes,
    });
    const found = movements(
      [ridge(0, { optimum: 0.7, variance: 3 }), ridge(1, { optimum: 0.4, variance: 1 }), ridge(2, {})],
      {
        intensity: 0.5,
        explained: 0.64,
        differentials: [0.3, -0.1, null],
        diversity: { a: 0.1, b: 0.2, c: 0.1 },
      },
      space,
    );
    // R_a = 0.64 · 3/4: 0.3/(0.5 · √0.48 · 0.1).
    expect(found["a"]).toMatchObject({ optimum: 0.7, differential: 0.3 });
    expect(found["a"]!.events).toBeCloseTo(0.3 / (0.5 * Math.sqrt(0.48) * 0.1), 9);
    expect(found["b"]).toMatchObject({ distance: 0, events: 0 });
    expect(found["b"]!.across).toBeCloseTo(1 / (0.5 * 0.4 * 0.2), 9);
    expect(found["c"]).toEqual({
      slope: 0,
      optimum: null,
      distance: null,
      differential: null,
      events: null,
      across: null,
    });
  });
});

describe("mutation load", () => {
  const ridge: Ridge = {
    dimension: 0,
    slope: 0,
    curvature: 6,
    mean: 0.5,
    optimum: 0.5,
    gain: { value: 0.2, error: 0.05 },
    variance: 1,
  };

  it("is √(κD/2) with κ = i times the curvature, in units of F̂", () => {
    // T4.1: κ = 1.5, D = 0.05 per generation and i = 0.25 of curvature 6.
    const found = mutationLoad([ridge], 0.25, [0.05])!;
    expect(found.cost).toBeCloseTo(Math.sqrt((1.5 * 0.05) / 2) / 0.25, 12);
    expect(found.remaining).toBe(0.2);
    // At the balance V∞ = √(2D/κ) what is left to gain is the load itself, curvature · V∞/2.
    expect(found.cost).toBeCloseTo((6 * Math.sqrt((2 * 0.05) / 1.5)) / 2, 12);
  });

  it("is unknown where no curvature or no intensity is", () => {
    expect(mutationLoad([{ ...ridge, curvature: null }], 0.25, [0.05])).toBe(null);
    expect(mutationLoad([ridge], null, [0.05])).toBe(null);
    expect(mutationLoad([ridge], 0, [0.05])).toBe(null);
    expect(mutationLoad([], 0.25, [])).toBe(null);
    const unsure = { ...ridge, gain: { value: 0.2, error: 0.11 } };
    expect(mutationLoad([unsure], 0.25, [0.05])!.remaining).toBe(null);
    expect(mutationLoad([{ ...ridge, gain: null }], 0.25, [0.05])!.remaining).toBe(null);
  });
});

describe("selection differentials over generations", () => {
  const space = searchSpace({ h: uniform(0, 1) });
  const members = Array.from({ length: 10 }, (_, i) => member(i, { h: i / 9 }));
  const before = { generation: 0, members, memory: null };
  const scores = members.map(({ id }) => ({ member: id, score: id }));
  const heights = Object.fromEntries(members.map(({ id }) => [`${id}`, id]));
  const one = (counts: readonly number[], share: number, past = noDifferentials) =>
    addDifferentials(past, { before, counts, scores, heights, space, share, keep: 1 });

  it("are the same when one member is ready after another as when all are at once", () => {
    // Members 0 and 1 are replaced by 8 and 9: together, or one after the other with nothing else between.
    const together = one([0, 0, 1, 1, 1, 1, 1, 1, 2, 2], 1);
    let apart = noDifferentials;
    for (let i = 0; i < 10; i++) {
      const counts = members.map(() => 1);
      if (i < 2) [counts[i], counts[8 + i]] = [0, 2];
      apart = one(counts, 0.1, apart);
    }
    for (const which of ["score", "estimate"] as const) {
      expect(apart[which][0]).toBeCloseTo(together[which][0], 12);
      expect(apart[which][1]).toBeCloseTo(1, 12);
    }
    expect(apart.traits[0]![0]).toBeCloseTo(together.traits[0]![0], 12);
    expect(together.traits[0]![0]).toBeCloseTo(together.score[0], 12);
  });

  it("average with their weights, and forget at the rate that is asked for", () => {
    expect(average([0, 0], 3, 0.9)).toEqual([3, 1]);
    const [mean, weight] = average([3, 1], 1, 0.5);
    expect(mean).toBeCloseTo((0.5 * 3 + 1) / 1.5, 12);
    expect(weight).toBe(1.5);
    expect(average([3, 2], null, 0.5)).toEqual([3, 1]);
  });
});

describe("the distance of two members", () => {
  it("is the mean over all pairs, hyperparameter by hyperparameter", () => {
    const space = searchSpace({ x: uniform(0, 1), kind: choice(["a", "b"]), fixed: uniform(0, 1) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom("a", "b")), {
          minLength: 2,
          maxLength: 12,
        }),
        (values) => {
          const members = values.map(([x, kind], i) => member(i, { x, kind, fixed: 0.5 }));
          const columns = [values.map(([x]) => x), null, values.map(() => 0.5)];
          let total = 0;
          let pairs = 0;
          for (let i = 0; i < values.length; i++) {
            for (let j = 0; j < i; j++) {
              const [a, b] = [values[i]!, values[j]!];
              total += (Math.abs(a[0] - b[0]) + (a[1] === b[1] ? 0 : 1)) / 3;
              pairs++;
            }
          }
          expect(pairDistance(members, columns, space)).toBeCloseTo(total / pairs, 12);
        },
      ),
    );
    expect(pairDistance([member(0, { x: 1, kind: "a", fixed: 0 })], [[1], null, [0]], space)).toBe(0);
  });
});

describe("noise seeking", () => {
  const members = Array.from({ length: 20 }, (_, i) => member(i, {}));
  const population = { generation: 0, members, memory: null };

  it("is the correlation of variance with offspring, and that at equal mean", () => {
    const own = stream(key(4), "noise");
    const counts = members.map((_, i) => (i < 5 ? 0 : i < 15 ? 1 : 2));
    // Variance rises with the mean and offspring with the mean alone: nothing is left at equal mean.
    const variances = Object.fromEntries(
      members.map(({ id }) => [`${id}`, [id + 4 * own.normal(), id + own.normal()] as const]),
    );
    const found = noiseSeeking(variances, population, counts)!;
    expect(found.plain).toBeGreaterThan(0.5);
    expect(Math.abs(found.partial!)).toBeLessThan(0.4);
    expect(noiseSeeking({}, population, counts)).toBe(null);
    const same = Object.fromEntries(members.map(({ id }) => [`${id}`, [1, id] as const]));
    expect(noiseSeeking(same, population, counts)).toEqual({ plain: null, partial: null });
  });
});

describe("alarms", () => {
  const movement = {
    slope: 1,
    optimum: null,
    distance: null,
    differential: null,
    events: null,
    across: null,
  };
  const later = {
    load: { cost: null, remaining: null },
    movement: { lr: movement },
    noiseCorrelation: null,
    best: null,
    partial: null,
    explained: 0.3,
    advises: true,
  };
  const quiet: Findings = { seeking: null, took: null, size: null, balance: {}, diversity: {}, later };
  const of = (changes: Partial<typeof later> | { load: { cost: number; remaining: number } }): string[] =>
    alarms({ ...quiet, later: { ...later, ...(changes as Partial<typeof later>) } });

  it("are silent while nothing is known", () => {
    expect(alarms(quiet)).toEqual([]);
    expect(alarms({ ...quiet, later: null })).toEqual([]);
  });

  it("say that mutation is too hot from half of what is left to gain", () => {
    expect(of({ load: { cost: 0.24, remaining: 0.5 } })).toEqual([]);
    expect(of({ load: { cost: 0.26, remaining: 0.5 } })).toEqual([
      "mutation is too hot; it costs 0.26 spreads of the metric where 0.50 are left to gain; smaller moves gain more",
    ]);
  });

  it("recommend on a plateau: more selection where a slope is clear, else waiting or larger mutations", () => {
    const plateau = (slope: number | null): string[] =>
      alarms({ ...quiet, later: { ...later, best: 400, movement: { lr: { ...movement, slope } } } });
    expect(plateau(-4.2)).toEqual([
      "the best value is on a plateau since step 400; select more: fitness still has a slope in lr (4.2 standard errors)",
    ]);
    // Where hyperparameters explain nothing clearly, no slope is clear; and a control has nobody to follow advice.
    const at = { ...later, best: 400, movement: { lr: { ...movement, slope: 6.8 } } };
    expect(alarms({ ...quiet, later: { ...at, explained: null } })).toEqual([
      "the best value is on a plateau since step 400; no hyperparameter has a clear slope: wait, or mutate further",
    ]);
    expect(alarms({ ...quiet, later: { ...at, advises: false } })).toEqual([
      "the best value is on a plateau since step 400",
    ]);
    expect(plateau(2.9)).toEqual([
      "the best value is on a plateau since step 400; no hyperparameter has a clear slope: wait, or mutate further",
    ]);
    // The greatest of ten slopes is beyond 3.64 as often as one is beyond 3.
    const ten = (slope: number): string => {
      const others = Array.from({ length: 9 }, (_, i) => [`h${i}`, { ...movement, slope: 0.5 }]);
      const all = {
        lr: { ...movement, slope },
        ...(Object.fromEntries(others) as Record<string, typeof movement>),
      };
      return alarms({ ...quiet, later: { ...later, best: 400, movement: all } })[0]!;
    };
    expect(ten(3.6)).toMatch(/wait, or mutate further$/);
    expect(ten(3.7)).toMatch(/select more: fitness still has a slope in lr/);
    expect(plateau(null)[0]).toMatch(/whether a hyperparameter could still lift it is unknown/);
  });

  it("say that noise may be selected from a correlation of 0.3 with offspring", () => {
    const noise = (noiseCorrelation: number, seeking: number | null): string[] =>
      alarms({
        ...quiet,
        seeking,
        later: { ...later, noiseCorrelation, partial: 0.02 } as Findings["later"],
      });
    expect(noise(0.29, null)).toEqual([]);
    expect(noise(0.31, null)).toEqual([
      "noise may be selected: members that fluctuate more have more offspring (correlation 0.31, at equal mean 0.02)",
    ]);
    expect(noise(0.31, 0.2)[0]).toMatch(/^noise is being selected/);
    expect(noise(0.31, 0.2)).toHaveLength(1);
  });

  it("say that one ancestor took over within a quarter of the effective size", () => {
    expect(alarms({ ...quiet, took: 10, size: 40 })).toEqual([]);
    expect(alarms({ ...quiet, took: 9, size: 40 })).toEqual(["one ancestor took over within 9 generations"]);
  });
});
