import { describe, expect, it } from "vitest";
import { UsageError } from "../errors/index.ts";
import { type Key, key } from "../random/index.ts";
import {
  adaptationRate,
  agents,
  boltzmannJump,
  exponentialEuler,
  finiteVariance,
  fitnessAtEquilibrium,
  gibbsMean,
  kalmanLearner,
  logTimes,
  meanField,
  multiscaleLearner,
  mutationLoad,
  onlineTask,
  plateauEscape,
  predictionError,
  quadraticWell,
  reducedBirths,
  replicatorMutator,
  riccati,
  riccatiStart,
  ridge,
  ridgeProblem,
  singleIndexFlow,
  stationaryLaw,
  trackingLoss,
  truncationMap,
  windowLearner,
} from "./index.ts";

const model = quadraticWell({});
const reduced = replicatorMutator({ fitness: (h) => -h * h, domain: [-2, 2], diffusion: 0.05, size: 32 });
const from = { mean: 0, variance: 0.1 };
const crowd = { ...model, eps: 0.1, members: 4, diffusion: 0.05, domain: [-2, 2] } as const;
const start = (): { theta: number; h: number } => ({ theta: 0, h: 0 });
const births = { rule: { kind: "tournament" }, rate: 1 } as const;
const field = { model, eps: 0.1, diffusion: 0.05, theta: [-4, 4, 20], h: [-2, 2, 10] } as const;
const jump = { rate: 1, weight: () => 1, mutationVariance: 0.1, domain: [-2, 2], size: 16 } as const;
const pair = { curvature: 1, diffusion: -1 };
const seed = 7 as unknown as Key;

describe("arguments that would end as NaN, or be passed over, are refused", () => {
  it.each<[what: string, act: () => unknown, message: RegExp]>([
    [
      "negative time",
      () => reduced.solve({ from, time: -3 }),
      /^replicatorMutator\.solve\.time: needs .* >= 0, got -3/,
    ],
    [
      "variance 0",
      () => reduced.solve({ from: { mean: 0, variance: 0 }, time: 1 }),
      /^from\.variance: needs a finite number > 0, got 0/,
    ],
    [
      "a law outside the grid",
      () => reduced.solve({ from: { mean: 90, variance: 0.1 }, time: 1 }),
      /no mass on \[-2, 2\]\. Take a mean inside/,
    ],
    [
      "F that is NaN",
      () => replicatorMutator({ fitness: Math.sqrt, domain: [-1, 1], diffusion: 0 }),
      /replicatorMutator\.fitness/,
    ],
    ["a seed for a key", () => agents(crowd).simulate(seed, { time: 1, start }), /got 7\. Write key\(7\)/],
    ["a seed for a key", () => plateauEscape(seed, { members: 2, copying: false }), /got 7\. Write key\(7\)/],
    [
      "a seed for a key",
      () => onlineTask(seed, 0, { dims: 1, inputs: "constant" }),
      /got 7\. Write key\(7\)/,
    ],
    ["time of agents", () => agents(crowd).simulate(key(1), { time: -1, start }), /agents\.simulate\.time/],
    ["curvature", () => agents({ ...crowd, curvature: 0 }), /agents\.curvature: needs .* > 0, got 0/],
    [
      "step of births",
      () =>
        reducedBirths({ model, births, domain: [-2, 2], size: 8, points: 11 }).solve({
          from,
          time: 1,
          step: 0,
        }),
      /reducedBirths\.solve\.step/,
    ],
    [
      "W that is 0",
      () => boltzmannJump({ ...jump, weight: () => 0 }, { from, time: 1 }),
      /boltzmannJump\.weight/,
    ],
    [
      "ε of fields",
      () => meanField({ ...field, eps: 0, diffusion: -1 }),
      /meanField\.eps.*\nmeanField\.diffusion/,
    ],
    [
      "an empty density",
      () => meanField(field).solve({ from: () => 0, time: 1, step: 0.5 }),
      /Does the grid cover it\?/,
    ],
    [
      "ε and T of Riccati",
      () => riccati({ eps: 0, temperature: -1 }, riccatiStart, 1),
      /riccati\.eps.*\nriccati\.temperature/,
    ],
    ["a pair", () => mutationLoad(pair), /mutationLoad\.diffusion: needs .* >= 0, got -1/],
    ["a pair", () => adaptationRate(pair), /adaptationRate\.diffusion/],
    [
      "a size",
      () => finiteVariance({ curvature: 1, diffusion: 1, effectiveSize: 0 }),
      /finiteVariance\.effectiveSize/,
    ],
    ["D = 0", () => trackingLoss({ curvature: 1, diffusion: 0, speed: 1 }), /trackingLoss\.diffusion/],
    ["h", () => gibbsMean(model, Number.NaN, (x) => x), /gibbsQuadrature\.h: needs a finite number, got NaN/],
    ["β = 0", () => fitnessAtEquilibrium(model, 0).certaintyEquivalent(0), /certaintyEquivalent\.beta/],
    ["T < 0", () => ridge(ridgeProblem, -1), /ridge\.temperature/],
    ["D of a stationary law", () => stationaryLaw((h) => -h * h, [-1, 1], 0), /stationaryLaw\.diffusion/],
    ["J", () => exponentialEuler(0), /exponentialEuler\.stiffness/],
    [
      "overlaps",
      () => singleIndexFlow({ eps: 1, unit: [1], target: [1] }, { a: [1, 2], s: [0] }, [1]),
      /as many overlaps/,
    ],
    ["times", () => logTimes(0, 1), /logTimes: needs 0 < from < until/],
    [
      "a burn-in of all",
      () =>
        predictionError(onlineTask(key(1), 0, { dims: 1, inputs: "constant", steps: 10 }), {
          predict: () => 0,
          update: () => {},
        }),
      /predictionError\.burnIn/,
    ],
    [
      "time scales",
      () => onlineTask(key(1), 0, { dims: 1, inputs: "normal", timescales: [0] }),
      /onlineTask\.timescales\[0\]/,
    ],
    ["rates", () => multiscaleLearner(1, [1, 1], [1]), /as many rates as decays/],
    ["a ridge of 0", () => windowLearner(1, 5, 0), /windowLearner\.ridge/],
    [
      "deviations",
      () => truncationMap({ means: [0, 0], sds: [0, 1], share: 2 }, 0.2),
      /truncationMap\.sds\[0\]/,
    ],
  ])("%s", (_, act, message) => {
    let caught: unknown;
    try {
      act();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(UsageError);
    expect((caught as Error).message).toMatch(message);
  });

  it("keeps the limits that are laws: no time leaves a law, and without temperature F_β is φ at the minimum", () => {
    const begun = reduced.solve({ from, time: 0 });
    const again = reduced.solve({ from: begun, time: 0 });
    // Equal but for one rounding of the sum.
    again.mass.forEach((value, i) => expect(Math.abs(value - begun.mass[i]!)).toBeLessThan(1e-15));
    const at = ridge(ridgeProblem, 0)(0);
    expect(at.certaintyEquivalent(2)).toBe(at.fitness);
    const task = onlineTask(key(1), 0, { dims: 1, inputs: "constant", steps: 20 });
    expect(predictionError(task, kalmanLearner(task), 5)).toBeGreaterThan(0);
  });
});
