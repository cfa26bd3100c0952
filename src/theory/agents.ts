import { UsageError } from "../errors/index.ts";
import { fillNormal, type Key } from "../random/index.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import { gridLaw, type Law, wasserstein1 } from "./distances.ts";
import type { Density } from "./replicatorMutator.ts";
import { type Resampling, resample } from "./resampling.ts";
import { eulerMaruyama, exactOrnsteinUhlenbeck, leimkuhlerMatthews, substeps, tamed } from "./schemes.ts";

export interface AgentsOptions extends TwoScaleModel {
  /** Scale separation ε > 0: the fast clock runs at t/ε. */
  readonly eps: number;
  readonly members: number;
  /** Mutation: diffusion D of h per slow time. */
  readonly diffusion: number;
  /** Bounds of h: mutation is reflected there. */
  readonly domain: readonly [low: number, high: number];
  /** `exact` needs `quadratic`; `auto` takes it where given, else `tamed`. */
  readonly scheme?: "auto" | "em" | "lm" | "tamed" | "exact";
  /** L = k(θ − c(h))²/2, for the exact Ornstein–Uhlenbeck step. */
  readonly quadratic?: { readonly stiffness: number; readonly centre: (h: number) => number };
  /** Largest ∂²L/∂θ² of interest, for the number of substeps. */
  readonly curvature?: number;
  readonly resampling?: Resampling;
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
 * the population by Fleming–Viot replicator events whose mean field is exactly the replicator flow over dt.
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
  const { eps, members, diffusion, domain, quadratic, resampling = "systematic", curvature = 1 } = options;
  const problems: string[] = [];
  if (!(eps > 0)) problems.push(`agents.eps: needs a number > 0, got ${eps}`);
  if (!Number.isInteger(members) || members < 1)
    problems.push(`agents.members: needs an integer >= 1, got ${members}`);
  if (!(diffusion >= 0)) problems.push(`agents.diffusion: needs a number >= 0, got ${diffusion}`);
  if (!(domain[0] < domain[1])) problems.push(`agents.domain: needs low < high, got [${domain.join(", ")}]`);
  const scheme = options.scheme ?? "auto";
  if (scheme === "exact" && quadratic === undefined)
    problems.push("agents.scheme: exact needs the option quadratic");
  if (problems.length > 0) throw new UsageError(problems);
  const exact = quadratic !== undefined && (scheme === "auto" || scheme === "exact") ? quadratic : null;
  const stepper = scheme === "em" ? eulerMaruyama : scheme === "lm" ? leimkuhlerMatthews : tamed;

  return {
    simulate(key, { time, step = 0.05, start, onStep }) {
      const steps = Math.max(1, Math.ceil(time / step - 1e-12));
      const dt = time / steps;
      const x = dt / eps;
      const inner = exact === null ? substeps(x, curvature) : 1;
      let theta = new Float64Array(members);
      let h = new Float64Array(members);
      const first = new Float64Array(members);
      const second = new Float64Array(members);
      fillNormal(first, key, "start theta");
      fillNormal(second, key, "start h");
      for (let i = 0; i < members; i++) {
        const begin = start({ theta: first[i]!, h: second[i]! });
        theta[i] = begin.theta;
        h[i] = reflect(begin.h, domain[0], domain[1]);
      }
      let noise = first;
      let next = second;
      fillNormal(next, key, "langevin", 0);
      let counter = 0;
      const weights = new Float64Array(members);
      const mutation = new Float64Array(members);
      for (let n = 0; n < steps; n++) {
        for (let s = 0; s < inner; s++) {
          [noise, next] = [next, noise];
          fillNormal(next, key, "langevin", ++counter);
          for (let i = 0; i < members; i++) {
            const hi = h[i]!;
            const T = options.temperature(hi);
            theta[i] =
              exact === null
                ? stepper(theta[i]!, x / inner, T, (v) => options.gradient(v, hi), noise[i]!, next[i]!)
                : exactOrnsteinUhlenbeck(theta[i]!, x, T, exact.stiffness, exact.centre(hi), noise[i]!);
          }
        }
        const width = Math.sqrt(2 * diffusion * dt);
        fillNormal(mutation, key, "mutation", n);
        let top = -Infinity;
        for (let i = 0; i < members; i++) {
          h[i] = reflect(h[i]! + width * mutation[i]!, domain[0], domain[1]);
          weights[i] = options.fitness(theta[i]!, h[i]!);
          if (weights[i]! > top) top = weights[i]!;
        }
        for (let i = 0; i < members; i++) weights[i] = Math.exp(dt * (weights[i]! - top));
        const parents = resample(weights, resampling, key, n);
        theta = theta.map((_, i) => theta[parents[i]!]!);
        h = h.map((_, i) => h[parents[i]!]!);
        onStep?.(view(theta, h), (n + 1) * dt);
      }
      return view(theta, h);
    },
  };
}

/** Folds a value into [low, high] by the triangle wave of period 2(high − low). */
export function reflect(value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  const width = high - low;
  const phase = (((value - low) % (2 * width)) + 2 * width) % (2 * width);
  return low + (phase <= width ? phase : 2 * width - phase);
}

function view(theta: Float64Array, h: Float64Array): Agents {
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
