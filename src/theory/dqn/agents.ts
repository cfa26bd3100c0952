import { fillUniform, type Key } from "../../random/index.ts";
import { resetState, type Session } from "../../tensor/index.ts";
import { beginEpisode, type Carts, carts, fallen, going, observationSize, push } from "./cartpole.ts";
import { type DqnPrograms, transitionSize } from "./programs.ts";

/** Episodes whose returns are remembered. */
export const mostWindow = 10;

/** What agents have beside their networks: environments, counters, returns. Replay memories lie in the session. */
export interface Agents {
  readonly carts: Carts;
  /** `[agents]`: transitions ever written to the replay memory since it was cleared. */
  readonly stored: Int32Array;
  /** `[agents, 10]`: returns of the last episodes, a ring. */
  readonly returns: Float64Array;
  /** `[agents]`: episodes ended since the memory of them was cleared. */
  readonly ended: Int32Array;
}

export const agents = (count: number): Agents => ({
  carts: carts(count),
  stored: new Int32Array(count),
  returns: new Float64Array(count * mostWindow),
  ended: new Int32Array(count),
});

/** What an agent has beside its network and its replay memory, as arrays: for checkpoints. */
export function saveAgent(
  own: Agents,
  agent: number,
): {
  readonly cart: Float64Array;
  readonly returns: Float64Array;
  readonly counts: Int32Array;
} {
  const { states, ages, episodes } = own.carts;
  return {
    cart: states.slice(agent * observationSize, (agent + 1) * observationSize),
    returns: own.returns.slice(agent * mostWindow, (agent + 1) * mostWindow),
    counts: Int32Array.of(ages[agent]!, episodes[agent]!, own.stored[agent]!, own.ended[agent]!),
  };
}

/** The reverse of `saveAgent`. */
export function loadAgent(
  own: Agents,
  agent: number,
  { cart, returns, counts }: Readonly<Record<"cart" | "returns" | "counts", ArrayLike<number>>>,
): void {
  own.carts.states.set(cart, agent * observationSize);
  own.returns.set(returns, agent * mostWindow);
  own.carts.ages[agent] = counts[0]!;
  own.carts.episodes[agent] = counts[1]!;
  own.stored[agent] = counts[2]!;
  own.ended[agent] = counts[3]!;
}

/** The fitness: mean return of the last `window` episodes, or of as many as there were; null before the first. */
export function meanReturn({ returns, ended }: Agents, agent: number, window: number): number | null {
  const count = Math.min(window, mostWindow, ended[agent]!);
  if (count === 0) return null;
  let sum = 0;
  for (let back = 1; back <= count; back++) {
    sum += returns[agent * mostWindow + ((ended[agent]! - back) % mostWindow)]!;
  }
  return sum / count;
}

/** What a member learns with. */
export interface DqnHyperparameters {
  readonly learningRate: number;
  /** Steps in which exploration falls by e. */
  readonly decay: number;
  readonly batchSize: number;
}

/** ε = 0.01 + 0.99 exp(−step/decay). */
export const exploration = (step: number, decay: number): number => 0.01 + 0.99 * Math.exp(-step / decay);

/** The agents of a session, row by row. */
export interface Crowd {
  readonly session: Session;
  readonly agents: Agents;
  /** Member ids by row: what random streams are named by. */
  readonly members: readonly number[];
  readonly hyperparameters: readonly DqnHyperparameters[];
  readonly key: Key;
  /** Transitions that a replay memory holds. */
  readonly capacity: number;
}

export interface AdvanceOptions {
  /** Steps after which an episode is cut. Default 100. */
  readonly episodeLimit?: number;
  /** Steps between renewals of the target networks. Default 100. */
  readonly renewEvery?: number;
  /** Called after each step; true ends early. */
  readonly stop?: () => boolean;
}

/** Sets what belongs to a row's beginning: an empty replay memory and no episodes; the network stays. */
export function clearAgent(crowd: Crowd, row: number, { training }: DqnPrograms): void {
  const { session, agents: own, key, members } = crowd;
  resetState(session, training.initial, row);
  own.stored[row] = 0;
  own.ended[row] = 0;
  beginEpisode(own.carts, row, key, members[row]!);
}

/** θ⁻ ← θ for one row, without a call of a program. */
export function matchTarget(session: Session, row: number, { model }: DqnPrograms["training"]): void {
  for (const name of Object.keys(model.parameters)) {
    session.write(`target/${name}`, row, session.read(name, row));
  }
}

/** θ⁻ ← θ for some rows. */
export async function renewTargets(session: Session, rows: Iterable<number>): Promise<void> {
  const copy = new Float64Array(session.members);
  for (const row of rows) copy[row] = 1;
  session.write("copy", "all", copy);
  await session.step("renew", 1, 0);
}

/**
 * Lives `untilStep − fromStep` steps: all agents act at once (ε-greedy), all environments move, every transition goes
 * into its agent's replay memory, and every agent that has a batch's worth of them takes one gradient step.
 */
export async function advanceAgents(
  crowd: Crowd,
  fromStep: number,
  untilStep: number,
  options: AdvanceOptions = {},
): Promise<void> {
  const { session, agents: own, members, hyperparameters, key, capacity } = crowd;
  const { episodeLimit = 100, renewEvery = 100, stop = () => false } = options;
  const rows = members.length;
  const every = session.members;
  const { states } = own.carts;
  const observations = new Float32Array(every * observationSize);
  const transition = new Float32Array(transitionSize);
  const action = new Int32Array(1);
  const filled = new Float64Array(every).fill(1);
  const ready = new Float64Array(every);
  const draws = new Float64Array(Math.max(...members) + 1);
  for (let row = 0; row < rows; row++) {
    session.write("learningRate", row, [hyperparameters[row]!.learningRate]);
    session.write("batchSize", row, [hyperparameters[row]!.batchSize]);
  }
  for (let step = fromStep; step < untilStep; step++) {
    if (step % renewEvery === 0) await renewTargets(session, members.keys());
    observations.set(states);
    session.write("observation", "all", observations);
    await session.step("act", 1, step);
    const values = session.read("values", "all");
    fillUniform(draws, key, "explore", step);
    for (let row = 0; row < rows; row++) {
      const epsilon = exploration(step, hyperparameters[row]!.decay);
      const draw = draws[members[row]!]!;
      const greedy = values[2 * row + 1]! > values[2 * row]! ? 1 : 0;
      action[0] = draw < epsilon ? (draw < epsilon / 2 ? 0 : 1) : greedy;
      const at = row * observationSize;
      for (let i = 0; i < observationSize; i++) transition[i] = states[at + i]!;
      const ending = push(own.carts, row, action[0], episodeLimit);
      for (let i = 0; i < observationSize; i++) transition[observationSize + i] = states[at + i]!;
      transition[8] = 1;
      transition[9] = ending === fallen ? 0 : 1;
      const place = own.stored[row]! % capacity;
      session.patch("replay/transition", row, place * transitionSize, transition);
      session.patch("replay/action", row, place, action);
      own.stored[row]!++;
      filled[row] = Math.min(own.stored[row]!, capacity);
      ready[row] = own.stored[row]! >= hyperparameters[row]!.batchSize ? 1 : 0;
      if (ending === going) continue;
      own.returns[row * mostWindow + (own.ended[row]! % mostWindow)] = own.carts.ages[row]!;
      own.ended[row]!++;
      beginEpisode(own.carts, row, key, members[row]!);
    }
    session.write("filled", "all", filled);
    session.write("ready", "all", ready);
    await session.step("train", 1, step);
    if (stop()) return;
  }
}
