import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import { pbtToy, type ToyPoint, type ToyVariant } from "../../theory/index.ts";
import { atLeast, defineRecipe } from "../recipe.ts";
import { meanAndError } from "../statistics.ts";

interface Outcome {
  readonly variant: ToyVariant;
  /** Paths of both workers for one seed. */
  readonly example: readonly ToyPoint[];
  readonly half: { readonly mean: number; readonly error: number };
  readonly end: { readonly mean: number; readonly error: number };
}

const variants: readonly ToyVariant[] = ["pbt", "exploit-only", "explore-only", "grid"];

/** F11 (Jaderberg et al. 2017, Figure 2): two workers that each climb half of a surrogate. */
export const toy = defineRecipe<{ sigma: number; seeds: number }, Outcome[]>({
  name: "pbt-toy",
  figureId: "F11",
  title: "Two workers, two halves of a surrogate",
  parameters: {
    sigma: { initial: 0.2, low: 0.01, high: 1, log: true, label: "mutation of h" },
    seeds: { initial: 50, low: 5, high: 500, integer: true, label: "runs to average" },
  },
  simulate({ sigma, seeds }, run) {
    return variants.map((variant, i) => {
      const runs = Array.from({ length: seeds }, (_, seed) =>
        pbtToy(key(run.seed + seed), { variant, sigma }),
      );
      run.progress((i + 1) / variants.length);
      return {
        variant,
        example: runs[0]!,
        half: meanAndError(runs.map((points) => points.find(({ step }) => step === 100)!.best)),
        end: meanAndError(runs.map((points) => points.at(-1)!.best)),
      };
    });
  },
  figure(outcomes, { seeds }) {
    return {
      title: "Two workers, two halves of a surrogate",
      caption: `Paths of θ of two workers that climb 1.2 − h₀θ₀² − h₁θ₁² from (0.9, 0.9) with h = (1, 0) and (0, 1). Mean best of the true objective over ${seeds} runs after 200 steps: ${outcomes.map((o) => `${o.variant} ${o.end.mean.toFixed(4)}`).join(", ")}; the optimum is 1.2.`,
      columns: 4,
      panelWidth: 230,
      panelHeight: 230,
      panels: outcomes.map(({ variant, example }) => {
        const points = example.flatMap(({ theta, step }) =>
          theta.map(([x, y], worker) => ({ x, y, worker, step })),
        );
        return {
          title: variant,
          options: {
            x: { domain: [0, 1], label: "θ₀" },
            y: { domain: [0, 1], label: "θ₁" },
            grid: true,
            marks: [0, 1].map((worker) =>
              Plot.dot(
                points.filter((p) => p.worker === worker),
                {
                  x: "x",
                  y: "y",
                  r: 2.5,
                  fill: category(worker),
                  symbol: worker === 0 ? "circle" : "square",
                },
              ),
            ),
          },
        };
      }),
    };
  },
  checks(outcomes, { sigma }) {
    const of = (variant: ToyVariant): Outcome => outcomes.find((o) => o.variant === variant)!;
    const source = "T5.6";
    const grid = {
      claim: "A grid cannot exceed 0.39",
      value: of("grid").end.mean,
      reference: 0.39,
      tolerance: 1e-4,
      source,
    };
    const exploit = {
      claim: "Exploit only, after 200 steps",
      value: of("exploit-only").end.mean,
      reference: 1.1995389,
      tolerance: 1e-4,
      source,
    };
    if (sigma !== 0.2) return [grid, exploit];
    return [
      grid,
      exploit,
      atLeast("PBT, after 200 steps", of("pbt").end.mean, 1.1999, source),
      {
        claim: "Exploit only, after 100 steps",
        value: of("exploit-only").half.mean,
        reference: 1.172,
        tolerance: 1e-3,
        source,
      },
      atLeast(
        "PBT after 100 steps is above that, by",
        of("pbt").half.mean - of("exploit-only").half.mean,
        0.005,
        source,
      ),
    ];
  },
  table: (outcomes) => ({
    columns: ["variant", "best_after_100", "best_after_200", "standard_error"],
    rows: outcomes.map((o) => [o.variant, o.half.mean, o.end.mean, o.end.error]),
  }),
  prose: [
    "Each worker's surrogate ignores one of the two parameters, so each can climb only half of the hill: 0.39 of 1.2. Copying weights lets one continue where the other stopped; copying and moving hyperparameters finds a surrogate that is the true objective.",
    "The start is an exact tie. A rule that copies only what is strictly better never begins; ties must be broken at random. Mutation adds a step of size {sigma} here; one that multiplies never moves a hyperparameter from zero: it must act in the encoded coordinate.",
  ],
});
