import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { searchSpace, uniform } from "../../space/index.ts";
import {
  type Diagnostics,
  effective,
  type Evaluation,
  gaussian,
  initialPopulation,
  instantaneous,
  type Report,
  type Rules,
  slowStep,
  type SlowStepResult,
  truncation,
  wrightFisher,
} from "../index.ts";

const space = searchSpace({ h: uniform(-3, 3) });

interface Options {
  /** Fast time of one report: relaxation takes 1. */
  readonly spacing: number;
  readonly reports: number;
  readonly generations: number;
  readonly temperature: (h: number) => number;
  /** Where θ relaxes to; default h. */
  readonly centre?: (h: number) => number;
  readonly noise?: number;
  readonly rules?: Partial<Rules>;
  readonly target?: number;
  readonly seed?: number;
  /** Where θ begins; default h. */
  readonly start?: (h: number) => number;
  readonly budget?: number;
  /** Sees each slow step. */
  readonly each?: (result: SlowStepResult, evaluations: readonly Evaluation[]) => void;
}

/** θ relaxes to h; fitness −(θ − target)²/2, reported with noise. Steps are reports. */
function run(options: Options): Diagnostics {
  const {
    spacing,
    reports,
    generations,
    temperature,
    noise = 0,
    target = 1,
    seed = 0,
    centre = (h) => h,
    start = (h) => h,
    budget,
    each,
  } = options;
  const rules: Rules = {
    selection: truncation({ fraction: 0.2 }),
    mutation: gaussian({ sigma: 0.02 }),
    fitness: instantaneous(),
    sign: 1,
    control: "none",
    ...options.rules,
  };
  const own = stream(key(seed), "temporal.test");
  let population = initialPopulation(space, 24, key(seed), rules);
  let theta = population.members.map(({ hyperparameters }) => start(Number(hyperparameters["h"])));
  const kept = Math.exp(-spacing);
  for (let generation = 0; ; generation++) {
    const evaluations = population.members.map(({ id, hyperparameters }): Evaluation => {
      const h = Number(hyperparameters["h"]);
      const curve: Report[] = [];
      for (let r = 1; r <= reports; r++) {
        theta[id] =
          centre(h) +
          kept * (theta[id]! - centre(h)) +
          Math.sqrt(temperature(h) * (1 - kept * kept)) * own.normal();
        curve.push({
          step: generation * reports + r,
          value: -((theta[id]! - target) ** 2) / 2 + noise * own.normal(),
        });
      }
      const { step, value } = curve.at(-1)!;
      return {
        member: id,
        step,
        value,
        reports: curve,
        status: "ok",
        checkpoint: { member: id, generation, step },
      };
    });
    const result = slowStep(population, evaluations, key(seed), rules, {
      space,
      ...(budget === undefined ? {} : { budget }),
    });
    each?.(result, evaluations);
    if (generation + 1 === generations) return result.diagnostics;
    const before = theta;
    theta = before.map((value, i) => {
      const { donor } = result.decisions[i]!;
      return donor === null ? value : before[donor]!;
    });
    population = result.population;
  }
}

describe("diagnostics over generations", () => {
  it("see clocks that are apart: nothing is left of an advantage after ten relaxation times", () => {
    const { temporal } = run({ spacing: 0.2, reports: 50, generations: 25, temperature: () => 0.3 });
    expect(temporal!.persistence).toBeLessThan(0.2);
    expect(temporal!.separation).toMatchObject({ regime: "separated" });
    // The loss (θ − 1)² forgets in 2.5 reports, θ in 5.
    expect(temporal!.fluctuation).toBeGreaterThan(0.5);
    expect(temporal!.fluctuation).toBeLessThan(5);
  });

  it("see clocks that are coupled: lineages keep their advantage over a twentieth of a relaxation time", () => {
    const { temporal } = run({ spacing: 0.01, reports: 5, generations: 30, temperature: () => 0.3 });
    expect(temporal!.persistence).toBeGreaterThan(0.6);
    expect(temporal!.separation!.value).toBeLessThan(0.5);
    expect(temporal!.heritability).toBeGreaterThan(0.5);
  });

  it("do not take noise for separation: what it covers is unknown", () => {
    const { temporal } = run({
      spacing: 0.01,
      reports: 5,
      generations: 30,
      temperature: () => 0.3,
      noise: 1,
    });
    expect(temporal!.persistence).toBeLessThan(0.3);
    expect(temporal!.separation).toBe(null);
  });

  it("see that fresh noise makes single evaluations less heritable", () => {
    const coupled = { spacing: 0.02, reports: 5, generations: 40, temperature: () => 0.3, seed: 1 };
    const clean = run(coupled).temporal!;
    const noisy = run({ ...coupled, noise: 0.5 }).temporal!;
    expect(clean.heritability! - noisy.heritability!).toBeGreaterThan(0.3);
  });

  // Seeds fixed beforehand: 0 … 3.
  it("see that Boltzmann selection on single values pays for noise and two-sided truncation does not", () => {
    // θ ~ N(0, e^h) with the optimum at 2 (T5.4).
    const noisy = {
      spacing: 1,
      reports: 12,
      generations: 10,
      temperature: (h: number) => Math.exp(h),
      centre: () => 0,
      target: 2,
    };
    const found = (rules: Partial<Rules>) =>
      [0, 1, 2, 3].map((seed) => run({ ...noisy, seed, rules }).temporal!);
    const mean = (all: ReturnType<typeof found>): number =>
      all.reduce((sum, { noiseSeeking }) => sum + noiseSeeking! / all.length, 0);
    const boltzmann = found({ selection: wrightFisher({ beta: 1, mutates: "all" }) });
    const truncated = found({});
    expect(mean(boltzmann)).toBeGreaterThan(0.1);
    expect(Math.abs(mean(truncated))).toBeLessThan(0.1);
    expect(boltzmann.flatMap(({ alarms }) => alarms).join("\n")).toMatch(/noise is being selected/);
    expect(truncated.flatMap(({ alarms }) => alarms).join("\n")).not.toMatch(/noise is being selected/);
    // Half of the variance within an interval, which is e^h (4 + e^h/2) for θ²/2 − 2θ.
    expect(truncated[0]!.riskPremium).toBeGreaterThan(0);
  });

  it("measure the effective size, the time to a common ancestor, and the spread at which selection and mutation balance", () => {
    const { temporal, diversity } = run({
      spacing: 1,
      reports: 10,
      generations: 150,
      temperature: () => 0.1,
      rules: { mutation: gaussian({ sigma: 0.1 }) },
    });
    // Neutral truncation of 24 with five replaced: 24 · 23/14 = 39.
    expect(temporal!.effectiveSize).toBeGreaterThan(10);
    expect(temporal!.effectiveSize).toBeLessThan(60);
    expect(temporal!.coalescence.took).toBeLessThan(temporal!.coalescence.expected!);
    const predicted = temporal!.balance["h"]!;
    // Truncation holds it below the balance of the diffusion, for the moves of copies are larger than the spread.
    expect(diversity["h"]! / predicted).toBeGreaterThan(0.2);
    expect(diversity["h"]! / predicted).toBeLessThan(1.5);
    expect(temporal!.plateau.median).not.toBe(null);
  });

  // Seeds fixed beforehand: 0 … 3.
  it("know where fitness is best once members have covered the range", () => {
    for (const seed of [0, 1, 2, 3]) {
      // F = −((h − 1)² + 0.02)/2 from −3 to 3.
      const { temporal } = run({ spacing: 1, reports: 10, generations: 1, temperature: () => 0.02, seed });
      expect(Math.abs(Number(temporal!.movement!["h"]!.optimum) - 1)).toBeLessThan(0.25);
    }
  });

  // Seeds fixed beforehand: 0 … 3. Parameters are carried on and do not depend on hyperparameters.
  it("see no optimum where trainers ignore their hyperparameters", () => {
    let seen = 0;
    let told = 0;
    for (const seed of [0, 1, 2, 3]) {
      run({
        spacing: 0.1,
        reports: 1,
        generations: 25,
        temperature: () => 0.3,
        centre: () => 0,
        start: () => 0,
        seed,
        each: ({ diagnostics }) => {
          seen++;
          if (diagnostics.temporal!.movement!["h"]!.optimum !== null) told++;
        },
      });
    }
    // Over many more runs in about 5 % of the generations at most.
    expect(told / seen).toBeLessThan(0.1);
  });

  it("say how many slow steps the population needs to get there", () => {
    const found: Diagnostics[] = [];
    run({
      spacing: 1,
      reports: 10,
      generations: 5,
      temperature: () => 0.02,
      each: ({ diagnostics }) => found.push(diagnostics),
    });
    const { temporal, diversity } = found[4]!;
    const { events, across, distance, differential } = temporal!.movement!["h"]!;
    expect(events! / across!).toBeCloseTo(distance!, 3);
    // Δ/(i √R sd) with what the run itself says of i and R: the standardised differential of a wholly explained score.
    const intensity = found.slice(0, 5).reduce(
      ({ sum, weight }, { selectionDifferential }) => ({
        sum: 0.9 * sum + selectionDifferential!.standardised!,
        weight: 0.9 * weight + 1,
      }),
      { sum: 0, weight: 0 },
    );
    const pace = (intensity.sum / intensity.weight) * Math.sqrt(temporal!.explained!) * diversity["h"]!;
    expect(across! * pace).toBeCloseTo(1, 2);
    expect(Math.abs(differential!)).toBeLessThan(1.2);
    expect(temporal!.accuracy).toBeGreaterThan(0.5);
    expect(temporal!.accuracy).toBeLessThanOrEqual(1);
  });

  // Seeds fixed beforehand: 0 … 3.
  it("call mutation too hot where its load is most of what is left to gain, and not while the population is far away", () => {
    const alarmed = (sigma: number, generations: number, target: number): string[] =>
      [0, 1, 2, 3].map((seed) => {
        const { temporal } = run({
          spacing: 1,
          reports: 10,
          generations,
          temperature: () => 0.02,
          target,
          seed,
          rules: { mutation: gaussian({ sigma }) },
        });
        if (sigma > 0.1) expect(temporal!.load!.remaining).toBeGreaterThan(0);
        return temporal!.alarms.filter((alarm) => alarm.startsWith("mutation is too hot")).join("");
      });
    for (const alarm of alarmed(0.3, 40, 0)) expect(alarm).toMatch(/^mutation is too hot; it costs /);
    for (const alarm of alarmed(0.02, 3, 1)) expect(alarm).toBe("");
  });

  it("take the mean of the metric apart into training and selection, exactly", () => {
    let mean: number | null = null;
    let seen = 0;
    run({
      spacing: 0.3,
      reports: 4,
      generations: 12,
      temperature: () => 0.1,
      each: ({ decisions, diagnostics }, evaluations) => {
        const values = evaluations.map(({ value }) => value!);
        const after = decisions.map(({ donor }, i) => values[donor ?? i]!);
        const next = after.reduce((sum, value) => sum + value / after.length, 0);
        const { change, training, selection } = diagnostics.metric!;
        if (mean === null) expect([change, training]).toEqual([null, null]);
        else {
          expect(Math.abs(change! - (next - mean))).toBeLessThan(1e-12);
          expect(Math.abs(training! + selection - change!)).toBeLessThan(1e-12);
          seen++;
        }
        mean = next;
      },
    });
    expect(seen).toBe(11);
  });

  it("recommend no interval in which too few slow steps would fit", () => {
    const relaxing = { spacing: 1, reports: 10, generations: 4, temperature: () => 0.02, seed: 1 };
    const free = run(relaxing).temporal!.interval;
    const bounded = run({ ...relaxing, budget: 200 }).temporal!.interval;
    expect(free.steps).toBeGreaterThan(10);
    // 2 ln 24/0.55992 + 10 = 21.4 slow steps in 200.
    expect(bounded.steps).toBe(9);
    expect(bounded.reasons.join("\n")).toMatch(/the budget must hold 22 slow steps/);
  });

  it("need less averaging where a score is a regression over many observations", () => {
    const noisy = {
      spacing: 0.5,
      reports: 20,
      generations: 6,
      temperature: () => 0.3,
      noise: 0.5,
      rules: { fitness: effective({ estimator: "quad" as const }) },
    };
    const { pooled, interval, explained } = run(noisy).temporal!;
    // 24 members over five generations with weights 0.8^age: (Σw)²/Σw².
    const w = [1, 0.8, 0.64, 0.512, 0.4096];
    const kish = (24 * w.reduce((a, b) => a + b, 0) ** 2) / w.reduce((a, b) => a + b * b, 0);
    expect(Math.abs(pooled! / kish - 1)).toBeLessThan(1e-3);
    expect(explained).not.toBe(null);
    expect(interval.reasons.join("\n")).toMatch(/steps where 109 observations are pooled/);
    expect(run({ ...noisy, rules: {} }).temporal!.pooled).toBe(1);
  });

  it("hold nothing of format 2 where a record of format 1 is derived again", () => {
    const rules: Rules = {
      selection: truncation({ fraction: 0.2 }),
      mutation: gaussian({ sigma: 0.02 }),
      fitness: instantaneous(),
      sign: 1,
      control: "none",
    };
    const population = initialPopulation(space, 6, key(1), rules);
    const evaluations = population.members.map(
      ({ id }): Evaluation => ({
        member: id,
        step: 1,
        value: id,
        reports: [],
        status: "ok",
        checkpoint: { member: id, generation: 0, step: 1 },
      }),
    );
    const of = (diagnostics: 1 | 2): Diagnostics =>
      slowStep(population, evaluations, key(1), rules, { space, diagnostics }).diagnostics;
    const [old, newest] = [of(1), of(2)];
    const added = (a: object, b: object): string[] => Object.keys(b).filter((name) => !(name in a));
    expect(added(old, newest)).toEqual(["distance", "metric"]);
    expect(added(old.temporal!, newest.temporal!).toSorted()).toEqual([
      "accuracy",
      "load",
      "movement",
      "noiseCorrelation",
      "pooled",
    ]);
  });

  it("say unknown after one generation", () => {
    const { temporal } = run({ spacing: 1, reports: 1, generations: 1, temperature: () => 0.3 });
    expect(temporal).toMatchObject({
      relaxation: null,
      fluctuation: null,
      persistence: null,
      separation: null,
      heritability: null,
      reliability: null,
      noiseSeeking: null,
      coalescence: { took: null },
      plateau: { best: null, median: null },
      interval: { steps: null, reasons: ["relaxation and fluctuation times are not known yet"] },
      alarms: [],
      movement: {
        h: { differential: null, events: null, across: null },
      },
      accuracy: null,
      load: { cost: null, remaining: null },
      noiseCorrelation: null,
    });
  });
});
