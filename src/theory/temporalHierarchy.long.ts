import { beforeAll, describe, expect, it } from "vitest";
import { wasm } from "../executors/index.ts";
import { mannWhitney, mean, spearman, standardDeviation } from "../math/index.ts";
import { key } from "../random/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { type LearnedHierarchy, temporalHierarchy } from "./temporalHierarchy.ts";

/**
 * T8.3 over 20 networks of each task (key 8, chosen beforehand). Power: the reference's spreads of log τ, 0.65 ± 0.03 and
 * 0.27 ± 0.05 over networks, do not overlap, so H1's test finds them with a probability near 1; of H2, the correlation
 * 0.76 ± 0.12 exceeds that of the control, 0.36 ± 0.15, in all but 2 % of pairs.
 */
describe("a temporal hierarchy emerges with two time scales and not with one", () => {
  const networks = 20;
  let two: readonly LearnedHierarchy[] = [];
  let control: readonly LearnedHierarchy[] = [];
  beforeAll(async () => {
    const learned = await temporalHierarchy(wasm, key(8), {
      timeConstants: [
        ...Array.from({ length: networks }, () => [2, 40] as const),
        ...Array.from({ length: networks }, () => [9, 9] as const),
      ],
    });
    two = learned.slice(0, networks);
    control = learned.slice(networks);
  }, 900_000);
  const spread = ({ tau }: LearnedHierarchy): number => standardDeviation(tau.map(Math.log));
  const order = ({ tau, selectivity }: LearnedHierarchy): number => spearman(tau, selectivity);
  const span = ({ activityTau }: LearnedHierarchy): number =>
    Math.log(Math.max(...activityTau) / Math.max(0.1, Math.min(...activityTau)));
  /** Means within three joint standard errors of the reference's six networks. */
  const agree = (found: readonly number[], known: readonly number[]): void => {
    const error = (values: readonly number[]): number => standardDeviation(values) / Math.sqrt(values.length);
    expect(Math.abs(mean(found) - mean(known))).toBeLessThan(3 * Math.hypot(error(found), error(known)));
  };

  it("H1: time constants spread more than in the control, and than before training", () => {
    expect(mannWhitney(two.map(spread), control.map(spread))!.greater).toBeLessThan(0.001);
    for (const net of two) expect(spread(net)).toBeGreaterThan(2 * net.initialSpread);
    agree(two.map(spread), reference.T8.data.multi.sd_log_tau);
    agree(control.map(spread), reference.T8.data.single.sd_log_tau);
  });

  it("H2: slow units drive the slow output, more than in the control", () => {
    expect(mannWhitney(two.map(order), control.map(order))!.greater).toBeLessThan(0.001);
    // Sign test: 18 or more of 20 by chance has a probability of 0.02 %.
    expect(two.filter((net) => order(net) > 0).length).toBeGreaterThanOrEqual(18);
    expect(mean(two.map(order))).toBeGreaterThan(0.5);
  });

  it("H3: activity spans at least half of log(40/2), more than in the control", () => {
    const enough = two.filter((net) => span(net) >= Math.log(20) / 2);
    expect(enough.length).toBeGreaterThanOrEqual(0.9 * networks);
    expect(mannWhitney(two.map(span), control.map(span))!.greater).toBeLessThan(0.001);
  });

  it("H4: without the slow third the slow output suffers more, without the fast third the fast one", () => {
    // Sign test: of 20 networks 15 or more by chance has a probability of 2 %, 17 or more of 0.1 %.
    expect(two.filter(({ withoutSlow: [y1, y2] }) => y2 > y1).length).toBeGreaterThanOrEqual(17);
    expect(two.filter(({ withoutFast: [y1, y2] }) => y1 > y2).length).toBeGreaterThanOrEqual(15);
  });

  it("learns both tasks", () => {
    for (const net of [...two, ...control]) expect(net.trainingError).toBeLessThan(0.02);
  });
});
