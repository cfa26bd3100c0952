import { refuse, UsageError } from "../errors/index.ts";
import { fillNormal, fillUniform, type Key } from "../random/index.ts";
import { type Places, reflect, slowPart, slowProblems, type SlowOptions } from "./slowPart.ts";
import { largestCurvature } from "./curvature.ts";
import { checkRanges, rangeProblems } from "./ranges.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import { gridLaw, type Law, wasserstein1 } from "./distances.ts";
import type { Density } from "./replicatorMutator.ts";
import {
  eulerMaruyama,
  exactOrnsteinUhlenbeck,
  exponentialEuler,
  leimkuhlerMatthews,
  mala,
  type Scheme,
  substeps,
  tamed,
} from "./schemes.ts";

export interface AgentsOptions extends TwoScaleModel, SlowOptions {
  /** Scale separation ε > 0: the fast clock runs at t/ε. */
  readonly eps: number;
  readonly members: number;
  /**
   * How θ moves: `exact` needs `quadratic`; `auto` takes it where given, else `tamed`. `em` is also gradient descent of rate
   * x = dt/ε whose gradients have noise of variance 2T/x. `exp` takes `curvature` for its J; `mala` has no bias at all.
   */
  readonly scheme?: "auto" | "em" | "lm" | "tamed" | "exp" | "mala" | "exact";
  /** L = k(θ − c(h))²/2, for the exact Ornstein–Uhlenbeck step. */
  readonly quadratic?: { readonly stiffness: number; readonly centre: (h: number) => number };
  /**
   * Largest ∂²L/∂θ² of interest, for the number of substeps (x·Lmax ≤ 0.2) and the J of `exp`. Default: the largest where
   * L − min L ≤ 6T, over `support` and `domain`. A value that is too small biases θ, and with it the selection of h.
   */
  readonly curvature?: number;
}

/** N agents at one time. */
export interface Agents {
  /** `[N]` */
  readonly theta: Float64Array;
  /** `[N]` */
  readonly h: Float64Array;
  meanH(): number;
  varianceH(): number;
  /** W₁ between the agents' h and a law (or a density on a grid). */
  wasserstein1(law: Law | Density): number;
}

/**
 * The agent system of docs/theory T1: θ moves by Langevin steps on the fast clock, h by reflected Gaussian mutation, and
 * the population by Fleming–Viot replicator events whose mean field is exactly the replicator flow over dt, or by births
 * under any selection operator of `population`.
 * @throws UsageError for impossible parameters, all at once
 */
export function agents(options: AgentsOptions): {
  simulate(
    key: Key,
    run: {
      readonly time: number;
      readonly step?: number;
      readonly start: (noise: { theta: number; h: number }) => { theta: number; h: number };
      readonly onStep?: (agents: Agents, time: number) => void;
    },
  ): Agents;
} {
  const { eps, members, domain, quadratic } = options;
  const problems = rangeProblems("agents", { eps: [eps, "positive"], members: [members, "count"] });
  problems.push(...slowProblems(options, "agents"));
  if (options.curvature !== undefined)
    problems.push(...rangeProblems("agents", { curvature: [options.curvature, "positive"] }));
  const scheme = options.scheme ?? "auto";
  if (scheme === "exact" && quadratic === undefined)
    problems.push("agents.scheme: exact needs the option quadratic");
  refuse(problems);
  const exact = quadratic !== undefined && (scheme === "auto" || scheme === "exact") ? quadratic : null;
  const curvature = options.curvature ?? (exact === null ? largestCurvature(options, domain) : 1);
  if (curvature === null)
    throw new UsageError(
      "agents.curvature: cannot be estimated, for L or its gradient is not finite on the whole support. " +
        "Narrow support, or give curvature: the largest second derivative of L where agents are.",
    );
  const steppers: Readonly<Record<string, Scheme>> = {
    em: eulerMaruyama,
    lm: leimkuhlerMatthews,
    exp: exponentialEuler(Math.max(curvature, 1e-8)),
  };
  const stepper = steppers[scheme] ?? tamed;
  const metropolis = scheme === "mala";

  return {
    simulate(key, { time, step = 0.05, start, onStep }) {
      checkRanges("agents.simulate", { time: [time, "positive"], step: [step, "positive"] });
      const steps = Math.max(1, Math.ceil(time / step - 1e-12));
      const dt = time / steps;
      const x = dt / eps;
      const inner = exact !== null || scheme === "exp" ? 1 : substeps(x, curvature);
      const first = new Float64Array(members);
      const second = new Float64Array(members);
      fillNormal(first, key, "start theta");
      fillNormal(second, key, "start h");
      let places: Places = { theta: new Float64Array(members), h: new Float64Array(members), dimensions: 1 };
      for (let i = 0; i < members; i++) {
        const begin = start({ theta: first[i]!, h: second[i]! });
        places.theta[i] = begin.theta;
        places.h[i] = reflect(begin.h, domain[0], domain[1]);
      }
      let noise = first;
      let next = second;
      fillNormal(next, key, "langevin", 0);
      const uniforms = new Float64Array(members);
      for (let n = 0; n < steps; n++) {
        const { theta, h } = places;
        for (let s = 0; s < inner; s++) {
          const counter = n * inner + s + 1;
          [noise, next] = [next, noise];
          fillNormal(next, key, "langevin", counter);
          if (metropolis) fillUniform(uniforms, key, "metropolis", counter);
          for (let i = 0; i < members; i++) {
            const hi = h[i]!;
            const T = options.temperature(hi);
            if (exact !== null) {
              theta[i] = exactOrnsteinUhlenbeck(
                theta[i]!,
                x,
                T,
                exact.stiffness,
                exact.centre(hi),
                noise[i]!,
              );
              continue;
            }
            const gradient = (v: number): number => options.gradient(v, hi);
            theta[i] = metropolis
              ? mala(theta[i]!, x / inner, T, (v) => options.loss(v, hi), gradient, noise[i]!, uniforms[i]!)
              : stepper(theta[i]!, x / inner, T, gradient, noise[i]!, next[i]!);
          }
        }
        places = slowPart(options, places, (i, h) => options.fitness(theta[i]!, h), key, {
          step: n,
          from: n * dt,
          until: (n + 1) * dt,
        });
        onStep?.(view(places), (n + 1) * dt);
      }
      return view(places);
    },
  };
}

function view({ theta, h }: Places): Agents {
  const meanH = (): number => h.reduce((sum, v) => sum + v, 0) / h.length;
  return {
    theta,
    h,
    meanH,
    varianceH: () => {
      const mean = meanH();
      return h.reduce((sum, v) => sum + (v - mean) ** 2, 0) / h.length;
    },
    wasserstein1: (law) => wasserstein1(h, "mass" in law ? gridLaw(law) : law),
  };
}
