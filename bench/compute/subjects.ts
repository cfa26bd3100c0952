import { wasm } from "../../src/executors/index.ts";
import { key } from "../../src/random/index.ts";
import { type Agents, agentsOnQuartic } from "./agents.ts";
import { type Dqn, dqnSession } from "./dqn.ts";
import type { Rate } from "./peers.ts";
import { label, type Threads } from "./threads.ts";
import { fillMlp, type Mlp, mlpProgram } from "./workloads.ts";

/** Something that can be timed again and again. */
export interface Subject {
  readonly name: string;
  /** Bytes of its storage, where known. */
  readonly bytes?: number;
  /** Works for about that long and says how many steps it made per second. */
  measure(seconds: number): Promise<Rate | undefined>;
  close(): Promise<void>;
}

/** Repeats a call for some seconds. */
export async function timed(seconds: number, units: number, call: () => Promise<void>): Promise<Rate> {
  const start = performance.now();
  const before = process.cpuUsage();
  let calls = 0;
  while (calls === 0 || performance.now() - start < seconds * 1000) {
    await call();
    calls++;
  }
  const { user, system } = process.cpuUsage(before);
  const steps = units * calls;
  return {
    perSecond: steps / ((performance.now() - start) / 1000),
    perCpuSecond: steps / ((user + system) / 1e6),
  };
}

export async function mlpSubject(load: Mlp, stepsPerCall: number, threads: Threads): Promise<Subject> {
  const program = mlpProgram(load);
  const session = await wasm.compile(
    { train: program.program },
    { members: load.members, key: key(1), ...threads },
  );
  fillMlp(session, load, program);
  let from = 0;
  const call = async (): Promise<void> => {
    await session.step("train", stepsPerCall, from);
    from += stepsPerCall;
  };
  for (let warm = 0; warm < 4; warm++) await call();
  return {
    name: label(threads),
    bytes: session.bytes,
    measure: (seconds) => timed(seconds, load.members * stepsPerCall, call),
    close: () => session.close(),
  };
}

export async function agentsSubject(load: Agents, threads: Threads): Promise<Subject> {
  const kernel = await agentsOnQuartic(load, threads);
  const call = (): Promise<void> => kernel.advance(load.steps);
  for (let warm = 0; warm < 2; warm++) await call();
  return {
    name: label(threads),
    bytes: kernel.session.bytes,
    measure: (seconds) => timed(seconds, load.agents * load.steps, call),
    close: () => kernel.close(),
  };
}

export async function dqnSubject(load: Dqn, threads: Threads): Promise<Subject> {
  const { session, call } = await dqnSession(load, threads);
  for (let warm = 0; warm < 4; warm++) await call();
  return {
    name: label(threads),
    bytes: session.bytes,
    measure: (seconds) => timed(seconds, load.agents, call),
    close: () => session.close(),
  };
}
