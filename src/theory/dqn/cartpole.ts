import { type Key, stream } from "../../random/index.ts";

/** Position, velocity, angle, angular velocity. */
export const observationSize = 4;

/** What a step of one environment led to: it goes on, the pole fell, or the time was up. */
export const going = 0;
export const fallen = 1;
export const timeUp = 2;
export type Ending = typeof going | typeof fallen | typeof timeUp;

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1.1;
const halfLength = 0.5;
const force = 10;
const interval = 0.02;
const mostPosition = 2.4;
/** 12 degrees. */
const mostAngle = Math.PI / 15;

/** One pole on a cart for each agent. */
export interface Carts {
  /** `[agents, 4]`: position, velocity, angle, angular velocity. */
  readonly states: Float64Array;
  /** `[agents]`: steps since the episode began. */
  readonly ages: Int32Array;
  /** `[agents]`: episodes begun. */
  readonly episodes: Int32Array;
}

export function carts(agents: number): Carts {
  return {
    states: new Float64Array(agents * observationSize),
    ages: new Int32Array(agents),
    episodes: new Int32Array(agents),
  };
}

/** Begins an episode: all four quantities uniform in ±0.05, from the stream (key, "cartpole", member, episode). */
export function beginEpisode(world: Carts, agent: number, key: Key, member: number): void {
  const draws = stream(key, "cartpole", member, world.episodes[agent]!);
  world.episodes[agent]!++;
  world.ages[agent] = 0;
  for (let i = 0; i < observationSize; i++) {
    world.states[agent * observationSize + i] = 0.1 * draws.uniform() - 0.05;
  }
}

/**
 * Pushes an agent's cart to the left (0) or right (1) for 0.02 s, by Euler's method:
 *
 *     a = (F + m l ω² sin φ)/M,   ω̇ = (g sin φ − a cos φ)/(l (4/3 − m cos² φ/M)),   v̇ = a − m l ω̇ cos φ/M
 *
 * The reward of every step is 1. The pole has fallen beyond 12° or 2.4 m.
 * @param limit steps after which an episode is cut
 * @see Barto, Sutton, Anderson 1983
 */
export function push({ states, ages }: Carts, agent: number, action: number, limit: number): Ending {
  const at = agent * observationSize;
  const [x, v, angle, omega] = [states[at]!, states[at + 1]!, states[at + 2]!, states[at + 3]!];
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const pull = ((action === 1 ? force : -force) + poleMass * halfLength * omega * omega * sin) / totalMass;
  const spin = (gravity * sin - cos * pull) / (halfLength * (4 / 3 - (poleMass * cos * cos) / totalMass));
  const acceleration = pull - (poleMass * halfLength * spin * cos) / totalMass;
  states[at] = x + interval * v;
  states[at + 1] = v + interval * acceleration;
  states[at + 2] = angle + interval * omega;
  states[at + 3] = omega + interval * spin;
  ages[agent]!++;
  if (Math.abs(states[at]!) > mostPosition || Math.abs(states[at + 2]!) > mostAngle) return fallen;
  return ages[agent]! >= limit ? timeUp : going;
}
