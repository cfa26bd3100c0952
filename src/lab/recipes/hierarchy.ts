import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { mannWhitney, mean, spearman, standardDeviation } from "../../math/index.ts";
import { key } from "../../random/index.ts";
import { reference } from "../../tensor/index.ts";
import { type LearnedHierarchy, temporalHierarchy } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Net extends LearnedHierarchy {
  readonly task: "two clocks" | "control";
  readonly index: number;
  /** Standard deviation of log τ over units. */
  readonly spread: number;
  /** Rank correlation of τ with selectivity for the slow target. */
  readonly order: number;
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
      }),
    );
    const spreads = (task: Net["task"]): number[] => of(nets, task).map(({ spread }) => spread);
    const test = mannWhitney(spreads("two clocks"), spreads("control"));
    return { nets, quick: run.quick, pValue: test?.greater ?? 1 };
  },
  figure({ nets, pValue }, { fast, slow }) {
    const units = nets.flatMap(({ task, index, tau, selectivity }) =>
      tau.map((value, i) => ({ task, net: index + 1, tau: value, selectivity: selectivity[i]! })),
    );
    const colour = (task: string): string => category(task === "control" ? 1 : 0);
    const tauAxis = { type: "log" as const, label: "learned τ (steps)", ticks: [1, 2, 5, 10, 20, 40] };
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
            x: tauAxis,
            y: { label: "share of readout for the slow target", domain: [0, 1] },
            grid: true,
            marks: [
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
      ],
    };
  },
  checks({ nets, quick, pValue }, { fast, slow, seeds }) {
    const average = (task: Net["task"], what: "spread" | "order" | "error"): number =>
      mean(of(nets, task).map((net) => net[what]));
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
      check("Mean sd of log τ, two clocks", average("two clocks", "spread"), 0.646, 0.12, "T8.3"),
      check("Mean sd of log τ, control", average("control", "spread"), 0.272, 0.09, "T8.3"),
      check(
        "Mean rank correlation of τ with selectivity, two clocks",
        average("two clocks", "order"),
        0.76,
        0.2,
        "T8.3 H2",
      ),
      check("Final error, two clocks", average("two clocks", "error"), 0.0053, 0.002, "T8.3"),
      check("Final error, control", average("control", "error"), 0.0042, 0.002, "T8.3"),
    ];
  },
  table: ({ nets }) => ({
    columns: ["task", "network", "unit", "tau", "selectivity"],
    rows: nets.flatMap(({ task, index, tau, selectivity }) =>
      tau.map((value, i) => [task, index + 1, i + 1, value, selectivity[i]!]),
    ),
  }),
  prose: [
    "Each unit of these recurrent networks leaks with a time constant of its own, which is trained like any weight. Nothing in the network says that some units should be slow. When the task has two time scales, the units divide: most become fast, some slow, and the slow ones drive the slow output.",
    "A control is needed, because training spreads the constants a little whatever the task: with one time scale of the same geometric mean they stay together. The learned constants do not reach the 40 steps of the task; recurrence supplies the rest.",
    "All networks of this figure are the members of one population: they train as one program, each with its own task.",
  ],
});
