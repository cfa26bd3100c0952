import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { mannWhitney, mean, spearman, standardDeviation } from "../../math/index.ts";
import { key } from "../../random/index.ts";
import { reference } from "../../tensor/index.ts";
import { type LearnedHierarchy, temporalHierarchy } from "../../theory/index.ts";
import { logTicksX, logTicksY } from "../logTicks.ts";
import { atLeast, defineRecipe } from "../recipe.ts";

interface Net extends LearnedHierarchy {
  readonly task: "two clocks" | "control";
  readonly index: number;
  /** Standard deviation of log τ over units. */
  readonly spread: number;
  /** Rank correlation of τ with selectivity for the slow target. */
  readonly order: number;
  /** log of the longest over the shortest time scale of the units' activity. */
  readonly span: number;
}

interface Outcome {
  readonly nets: readonly Net[];
  readonly quick: boolean;
  /** One-sided: spreads under two clocks are larger. */
  readonly pValue: number;
}

const tasks = ["two clocks", "control"] as const;
const of = (nets: readonly Net[], task: Net["task"]): readonly Net[] =>
  nets.filter((net) => net.task === task);

/** F17: learned time constants spread where the task has two time scales, and slow units drive the slow output. */
export const hierarchy = defineRecipe<{ fast: number; slow: number; seeds: number }, Outcome>({
  name: "hierarchy",
  figureId: "F17",
  title: "A temporal hierarchy emerges",
  parameters: {
    fast: { initial: 2, low: 1, high: 20, label: "fast time constant of the task" },
    slow: { initial: 40, low: 2, high: 80, label: "slow time constant of the task" },
    seeds: { initial: 6, low: 3, high: 20, integer: true, label: "networks of each task" },
  },
  async simulate({ fast, slow, seeds }, run) {
    const middle = Math.round(Math.sqrt(fast * slow));
    const timeConstants = tasks.flatMap((task) =>
      Array.from({ length: seeds }, (): readonly [number, number] =>
        task === "control" ? [middle, middle] : [fast, slow],
      ),
    );
    const learned = await temporalHierarchy(run.executor ?? reference, key(run.seed), {
      timeConstants,
      ...(run.quick ? { steps: 150, batch: 8 } : {}),
      progress: run.progress,
    });
    const nets = learned.map(
      (net, i): Net => ({
        ...net,
        task: tasks[Math.floor(i / seeds)]!,
        index: i % seeds,
        spread: standardDeviation(net.tau.map(Math.log)),
        order: spearman(net.tau, net.selectivity),
        span: Math.log(Math.max(...net.activityTau) / Math.max(0.1, Math.min(...net.activityTau))),
      }),
    );
    const spreads = (task: Net["task"]): number[] => of(nets, task).map(({ spread }) => spread);
    const test = mannWhitney(spreads("two clocks"), spreads("control"));
    return { nets, quick: run.quick, pValue: test?.greater ?? 1 };
  },
  figure({ nets, pValue }, { fast, slow }) {
    const units = nets.flatMap(({ task, index, tau, selectivity, activityTau }) =>
      tau.map((value, i) => ({
        task,
        net: index + 1,
        tau: value,
        selectivity: selectivity[i]!,
        activity: Math.max(0.5, activityTau[i]!),
      })),
    );
    const lesions = of(nets, "two clocks").flatMap(({ withoutSlow, withoutFast }) => [
      { third: "slow third silenced", y1: withoutSlow[0], y2: withoutSlow[1] },
      { third: "fast third silenced", y1: withoutFast[0], y2: withoutFast[1] },
    ]);
    const thirds = ["slow third silenced", "fast third silenced"];
    const activityTicks = [0.5, 1, 2, 5, 10, 20, 40, 80];
    const colour = (task: string): string => category(task === "control" ? 1 : 0);
    const ticks = [1, 2, 5, 10, 20, 40];
    const tauAxis = { type: "log" as const, label: "learned τ (steps)", ticks };
    const [two, control] = tasks.map((task) => of(nets, task)) as [readonly Net[], readonly Net[]];
    return {
      title: "A temporal hierarchy emerges",
      caption: `Learned time constants of ${two[0]!.tau.length} units in ${two.length} networks that average two channels over ${fast} and ${slow} steps, and in as many controls with one time scale. Standard deviation of log τ: ${mean(two.map(({ spread }) => spread)).toFixed(2)} against ${mean(control.map(({ spread }) => spread)).toFixed(2)} (one-sided Mann–Whitney p = ${pValue.toPrecision(2)}). Rank correlation of τ with the share of a unit's readout for the slow target: ${mean(two.map(({ order }) => order)).toFixed(2)}.`,
      columns: 3,
      panelWidth: 300,
      panelHeight: 260,
      panels: [
        ...tasks.map((task) => ({
          title: `${task === "control" ? "B  control" : "A  two clocks"}: units of each network`,
          options: {
            x: { label: "network", type: "point" as const },
            y: { ...tauAxis, domain: [1, 40] },
            grid: true,
            marks: [
              logTicksY(ticks),
              Plot.dot(
                units.filter((unit) => unit.task === task),
                { x: "net", y: "tau", fill: colour(task), fillOpacity: 0.6, r: 3 },
              ),
            ],
          },
        })),
        {
          title: "C  slow units drive the slow output",
          key: tasks.map((task) => ({ label: task, color: colour(task), mark: "dot" as const })),
          options: {
            x: { ...tauAxis, domain: [1, 40] },
            y: { label: "share of readout for the slow target", domain: [0, 1] },
            grid: true,
            marks: [
              logTicksX(ticks),
              Plot.ruleY([0.5], { stroke: ink, strokeDasharray: "4 3" }),
              Plot.dot(units, {
                x: "tau",
                y: "selectivity",
                fill: (unit: { task: string }) => colour(unit.task),
                fillOpacity: 0.6,
                r: 3,
              }),
            ],
          },
        },
        {
          title: "D  time scales of activity, two clocks",
          options: {
            x: { label: "network", type: "point" as const },
            y: {
              type: "log" as const,
              label: "autocorrelation of activity (steps)",
              ticks: activityTicks,
              domain: [0.5, 100],
            },
            grid: true,
            marks: [
              logTicksY(activityTicks),
              Plot.ruleY([fast, slow], { stroke: ink, strokeDasharray: "4 3" }),
              Plot.dot(
                units.filter((unit) => unit.task === "two clocks"),
                { x: "net", y: "activity", fill: category(0), fillOpacity: 0.6, r: 3 },
              ),
            ],
          },
        },
        {
          title: "E  error added by a lesion, two clocks",
          key: thirds.map((label, i) => ({ label, color: category(i + 2), mark: "dot" as const })),
          options: {
            x: { label: "of the fast output", zero: true },
            y: { label: "of the slow output", zero: true },
            grid: true,
            marks: [
              Plot.line(
                [0, Math.max(...lesions.map(({ y1 }) => y1), 0)].map((at) => ({ at })),
                { x: "at", y: "at", stroke: ink, strokeDasharray: "4 3" },
              ),
              Plot.dot(lesions, {
                x: "y1",
                y: "y2",
                fill: (lesion: { third: string }) => category(thirds.indexOf(lesion.third) + 2),
                r: 4,
              }),
            ],
          },
        },
      ],
    };
  },
  checks({ nets, quick, pValue }, { fast, slow, seeds }) {
    const average = (task: Net["task"], what: "spread" | "order" | "trainingError"): number =>
      mean(of(nets, task).map((net) => net[what]));
    const two = of(nets, "two clocks");
    const emerges = {
      claim: "Time constants spread more under two clocks than under one (one-sided Mann–Whitney p)",
      value: pValue,
      reference: 0,
      tolerance: 0.05,
      source: "T8.3 H1",
    };
    if (quick || fast !== 2 || slow !== 40 || seeds < 6) return seeds < 4 ? [] : [emerges];
    // Six networks of each task: tolerances are three standard errors of the difference of two such means.
    const check = (claim: string, value: number, known: number, tolerance: number, source: string) => ({
      claim,
      value,
      reference: known,
      tolerance,
      source,
    });
    return [
      emerges,
      atLeast(
        "They spread more than before training, in the least spread network (ratio)",
        Math.min(...two.map(({ spread, initialSpread }) => spread / initialSpread)),
        2,
        "T8.3 H1",
      ),
      atLeast(
        "Activity spans at least half of the logarithm of the task's ratio: share of networks",
        two.filter(({ span }) => span >= Math.log(slow / fast) / 2).length / two.length,
        0.8,
        "T8.3 H3",
      ),
      atLeast(
        "Silencing the slow third hurts the slow output more: share of networks",
        two.filter(({ withoutSlow: [y1, y2] }) => y2 > y1).length / two.length,
        1,
        "T8.3 H4",
      ),
      atLeast(
        "Silencing the fast third hurts the fast output more: share of networks",
        two.filter(({ withoutFast: [y1, y2] }) => y1 > y2).length / two.length,
        0.5,
        "T8.3 H4",
      ),
      check("Mean sd of log τ, two clocks", average("two clocks", "spread"), 0.646, 0.12, "T8.3"),
      check("Mean sd of log τ, control", average("control", "spread"), 0.272, 0.09, "T8.3"),
      check(
        "Mean rank correlation of τ with selectivity, two clocks",
        average("two clocks", "order"),
        0.76,
        0.2,
        "T8.3 H2",
      ),
      check("Final error, two clocks", average("two clocks", "trainingError"), 0.0053, 0.002, "T8.3"),
      check("Final error, control", average("control", "trainingError"), 0.0042, 0.002, "T8.3"),
    ];
  },
  table: ({ nets }) => ({
    columns: ["task", "network", "unit", "tau", "selectivity", "activity_tau"],
    rows: nets.flatMap(({ task, index, tau, selectivity, activityTau }) =>
      tau.map((value, i) => [task, index + 1, i + 1, value, selectivity[i]!, activityTau[i]!]),
    ),
  }),
  prose: [
    "Each unit of these recurrent networks leaks with a time constant of its own, which is trained like any weight. Nothing in the network says that some units should be slow. When the task has two time scales, {fast} and {slow} steps, the units divide: most become fast, some slow, and the slow ones drive the slow output.",
    "A control is needed, because training spreads the constants a little whatever the task: with one time scale of the same geometric mean they stay together. The learned constants do not reach the 40 steps of the task; recurrence supplies the rest: the activity of the slowest units lasts as long as the task asks for (D). Silence the slow third of the units, and the slow output is lost while the fast one hardly notices (E).",
    "All networks of this figure are the members of one population: they train as one program, each with its own task.",
  ],
});
