import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BirthRule, birthOperator, birthProblems } from "./births.ts";
import { boltzmannJump } from "./boltzmannJump.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { meanField, type Field } from "./meanField.ts";
import { quadraticWell } from "./models.ts";
import { quadraticReduced } from "./quadraticReduced.ts";
import { reducedBirths } from "./reducedBirths.ts";
import { type Density, momentsOf } from "./replicatorMutator.ts";

const rules: readonly BirthRule[] = [
  { kind: "truncation", fraction: 0.2 },
  { kind: "tournament" },
  { kind: "fermi", beta: 2 },
  { kind: "linear", beta: 0.5 },
  { kind: "boltzmann", beta: 2 },
];

/** Who gives birth and who dies, and the sum of both. */
function apply(rule: BirthRule, fitness: Float64Array, mass: Float64Array) {
  const gain = new Float64Array(mass.length);
  const loss = new Float64Array(mass.length);
  birthOperator(rule, fitness)(mass, gain, loss);
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  return { gain, loss, born: sum(gain), dead: sum(loss) };
}

const EXACT = 1e-12;

describe.each(rules.map((rule) => [rule.kind, rule] as const))("births by %s", (_, rule) => {
  it("are as many as deaths, never negative, and nobody without mass has any", () => {
    const cells = fc.array(
      fc.tuple(fc.double({ min: -5, max: 2, noNaN: true }), fc.integer({ min: 0, max: 4 })),
      { minLength: 2, maxLength: 60 },
    );
    fc.assert(
      fc.property(cells, (rows) => {
        const total = rows.reduce((sum, [, weight]) => sum + weight, 0);
        fc.pre(total > 0);
        const mass = Float64Array.from(rows, ([, weight]) => weight / total);
        const { gain, loss, born, dead } = apply(
          rule,
          Float64Array.from(rows, ([phi]) => phi),
          mass,
        );
        expect(Math.abs(born - dead)).toBeLessThan(EXACT);
        if (rule.kind === "truncation") expect(Math.abs(born - rule.fraction)).toBeLessThan(EXACT);
        mass.forEach((value, i) => {
          expect(Math.min(gain[i]!, loss[i]!)).toBeGreaterThanOrEqual(0);
          if (value === 0) expect(Math.abs(gain[i]!) + Math.abs(loss[i]!)).toBe(0);
        });
      }),
    );
  });

  it("replace everybody by himself in the mean when fitness is the same for all", () => {
    const mass = Float64Array.of(0.1, 0.5, 0.4);
    const { gain, loss } = apply(rule, Float64Array.of(-1, -1, -1), mass);
    mass.forEach((_, i) => expect(Math.abs(gain[i]! - loss[i]!)).toBeLessThan(EXACT));
  });
});

describe("births of two kinds with Gaussian fitness", () => {
  // Kind A: φ ~ N(0, 1), kind B: φ ~ N(½, 1) with share 0.3, on cells of 0.005 over ±8 standard deviations: both kinds have
  // cells of the same φ, so that a quantile within a cell divides both alike.
  const n = 3200;
  const fitness = new Float64Array(2 * n);
  const mass = new Float64Array(2 * n);
  for (const [kind, offset, share] of [
    [0, 0, 0.7],
    [1, 100, 0.3],
  ] as const) {
    for (let i = 0; i < n; i++) {
      const z = -8 + (i + 0.5) / 200;
      fitness[kind * n + i] = -8 + (i + offset + 0.5) / 200;
      mass[kind * n + i] = (share * (16 / n) * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    }
  }
  const drift = (rule: BirthRule): number => {
    const { gain, loss } = apply(rule, fitness, mass);
    return gain.subarray(n).reduce((a, b) => a + b, 0) - loss.subarray(n).reduce((a, b) => a + b, 0);
  };
  const known = reference.misc.p11.two_cat;

  it("have the reference drifts of the share", () => {
    expect(Math.abs(drift({ kind: "truncation", fraction: 0.2 }) + 0.3 - known.trunc_p_next)).toBeLessThan(
      1e-5,
    );
    expect(Math.abs(drift({ kind: "boltzmann", beta: 2 }) + 0.3 - known.boltz_p_next)).toBeLessThan(1e-9);
    expect(Math.abs(drift({ kind: "tournament" }) / 0.21 - known.bintourn)).toBeLessThan(1e-5);
    // 513 bins over 16.5 units of fitness, read back linearly.
    expect(Math.abs(drift({ kind: "fermi", beta: 2 }) / 0.21 - known.fermi_Etanh)).toBeLessThan(1e-4);
  });
});

describe("the reduced equations of births", () => {
  const model = quadraticWell({ temperature: 0.2 });
  const from = { mean: 0, variance: 0.1 };
  const domain = [-3, 4] as const;
  const solve = (
    rule: BirthRule,
    rate: number,
    time: number,
    { mutationVariance = 0, step = 0.05 / rate } = {},
  ): Density =>
    reducedBirths({ model, births: { rule, rate, mutationVariance }, domain, points: 201 }).solve({
      from,
      time,
      step,
    });

  it("see with Boltzmann weights W = E e^{βφ}, as the equation with the closed form of W does", () => {
    const beta = 2;
    const exact = boltzmannJump(
      {
        rate: 1,
        weight: (h) => Math.exp((-beta * (h - 1) ** 2) / (2 * (1 + beta * 0.2))),
        mutationVariance: 0.04,
        domain,
        size: 128,
      },
      { from, time: 2 },
    );
    const found = momentsOf(solve({ kind: "boltzmann", beta }, 1, 2, { mutationVariance: 0.04 }));
    expect(Math.abs(found.mean - momentsOf(exact).mean)).toBeLessThan(1e-4);
    expect(Math.abs(found.variance - momentsOf(exact).variance)).toBeLessThan(1e-4);
  });

  it("are the replicator equation at the speed λβ for linear meetings, exactly while no chance is clipped", () => {
    // λβt = 1 with κ = 1; β so small that |βΔ| < 1 over the whole grid.
    const found = momentsOf(solve({ kind: "linear", beta: 0.02 }, 1, 50, { step: 1 }));
    const exact = quadraticReduced({ curvature: 1, optimum: 1, diffusion: 0, from }, 1);
    expect(Math.abs(found.mean - exact.mean)).toBeLessThan(1e-5);
    expect(Math.abs(found.variance - exact.variance)).toBeLessThan(1e-5);
  });

  it("are it at the speed λβ/2 for weak Fermi meetings, up to order β²", () => {
    const exact = quadraticReduced({ curvature: 1, optimum: 1, diffusion: 0, from }, 1);
    const gap = (beta: number): number =>
      momentsOf(solve({ kind: "fermi", beta }, 1, 2 / beta, { step: 0.2 / beta })).mean - exact.mean;
    expect(Math.abs(gap(0.1))).toBeLessThan(2e-3);
    const order = Math.log2(gap(0.4) / gap(0.2));
    expect(Math.abs(order - 2)).toBeLessThan(0.3);
  });

  it("refuse impossible rules, all at once", () => {
    expect(() => solve({ kind: "truncation", fraction: 0.7 }, 0, 1, { mutationVariance: -1 })).toThrow(
      /rate.*\n.*mutationVariance.*\n.*fraction/,
    );
    expect(birthProblems({ rule: { kind: "fermi", beta: 0 }, rate: 1 }, "x")).toEqual([
      "x.beta: needs a number > 0, got 0",
    ]);
  });
});

describe("the mean field of births", () => {
  const model = quadraticWell({ temperature: 0.2 });
  const from = { mean: 0, variance: 0.1 };
  const [low, high, cells] = [-2.5, 3.5, 48];
  const births = (rule: BirthRule) => ({ rule, rate: 1, mutationVariance: 0.04 });
  const solve = (rule: BirthRule, eps: number, inherit: "clone" | "keep"): Field =>
    meanField({
      model,
      eps,
      diffusion: 0,
      theta: [low - 2.5, high + 2.5, 200],
      h: [low, high, cells],
      births: { ...births(rule), inherit },
    }).solve({
      from: (theta, h) => Math.exp(-((theta - h) ** 2) / 0.4 - h ** 2 / 0.2),
      time: 1,
      // Children that keep a θ far from their new equilibrium ask for dt < ε.
      step: inherit === "keep" ? 0.01 : 0.025,
    });
  const meanH = ({ h, theta, mass }: Field): number =>
    mass.reduce((sum, p, k) => sum + p * h.centres[Math.floor(k / theta.size)]!, 0);

  it.each(rules.map((rule) => [rule.kind, rule] as const))(
    "by %s keeps mass, is positive, and tends to its reduced equation at order 1 in ε, for clones and for copies of h alone",
    (_, rule) => {
      const reduced = reducedBirths({ model, births: births(rule), domain: [low, high], size: cells });
      const limit = momentsOf(reduced.solve({ from, time: 1 })).mean;
      for (const inherit of ["clone", "keep"] as const) {
        const gaps = [0.08, 0.04].map((eps) => {
          const field = solve(rule, eps, inherit);
          expect(Math.abs(field.mass.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
          expect(field.mass.reduce((a, b) => Math.min(a, b), 0)).toBeGreaterThan(-1e-14);
          return meanH(field) - limit;
        });
        expect(Math.abs(gaps[1]!)).toBeLessThan(0.006);
        // Where only ranks count, clones differ from the limit by less than the grid does.
        const ranks = rule.kind === "truncation" || rule.kind === "tournament";
        if (ranks && inherit === "clone") expect(Math.abs(gaps[1]!)).toBeLessThan(1e-3);
        else expect(Math.abs(Math.log2(gaps[0]! / gaps[1]!) - 1)).toBeLessThan(0.2);
      }
    },
  );
});
