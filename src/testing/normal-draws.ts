import { key } from "../random/index.ts";
import { type Executor, Trace } from "../tensor/index.ts";
import { demandFor } from "./expectations.ts";

export interface NormalDraws {
  readonly members: number;
  /** Draws per member and step. */
  readonly width: number;
  readonly steps: number;
}

/** Largest distance from the expected value, in standard errors. */
const ERRORS = 5;
const LAGS = [1, 2, 3, 4];

/** Sums of products over all draws. */
interface Sums {
  count: number;
  readonly powers: Float64Array;
  readonly tails: Float64Array;
  readonly lags: Float64Array;
  members: number;
  steps: number;
}

const TAILS = [0.5, 1, 2, 3, 4, 4.5];
/** P(|z| > t) of a standard normal. */
const TAIL_MASS = [
  0.617075077451974, 0.317310507862914, 0.0455002638963584, 0.00269979606326019, 6.33424836662398e-5,
  6.79534624946011e-6,
];

/**
 * Draws members × width × steps normals with an executor and checks the first four moments, the mass of the tails, and
 * the correlations of neighbours, of the same place in neighbouring members, and in successive steps.
 * @throws Error naming the statistic that is more than five standard errors away
 */
export async function normalDrawsContract(executor: Executor, draws: NormalDraws): Promise<void> {
  const { members, width, steps } = draws;
  const demand = demandFor(`${executor.name}, normal draws`);
  const t = new Trace();
  t.output("z", t.normal("noise", [width]));
  const session = await executor.compile({ draw: t.program() }, { members, key: key(20_240_229) });
  const sums: Sums = {
    count: 0,
    powers: new Float64Array(4),
    tails: new Float64Array(TAILS.length),
    lags: new Float64Array(LAGS.length),
    members: 0,
    steps: 0,
  };
  let before: ArrayLike<number> | undefined;
  try {
    for (let step = 0; step < steps; step++) {
      await session.step("draw", 1, step);
      const z = session.read("z", "all");
      add(sums, z, width, before);
      before = z;
    }
  } finally {
    await session.close();
  }
  const n = sums.count;
  const near = (what: string, value: number, expected: number, variance: number, count = n): void => {
    const distance = Math.abs(value - expected) / Math.sqrt(variance / count);
    demand(
      distance < ERRORS,
      `${what} is ${value}, not ${expected}: ${distance.toFixed(1)} standard errors away`,
    );
  };
  // Variances of z, z², z³, z⁴: 1, 2, 15, 96.
  [0, 1, 0, 3].forEach((expected, k) => {
    near(`the mean of z^${k + 1}`, sums.powers[k]! / n, expected, [1, 2, 15, 96][k]!);
  });
  TAILS.forEach((limit, k) => {
    const mass = TAIL_MASS[k]!;
    if (mass * n < 30) return;
    near(`the mass beyond ${limit}`, sums.tails[k]! / n, mass, mass * (1 - mass));
  });
  LAGS.forEach((lag, k) => {
    if (width <= lag) return;
    const pairs = members * steps * (width - lag);
    near(`the correlation of elements ${lag} apart`, sums.lags[k]! / pairs, 0, 1, pairs);
  });
  const across = (members - 1) * steps * width;
  if (across > 0) near("the correlation of members", sums.members / across, 0, 1, across);
  const along = members * (steps - 1) * width;
  if (along > 0) near("the correlation of steps", sums.steps / along, 0, 1, along);
}

function add(sums: Sums, z: ArrayLike<number>, width: number, before: ArrayLike<number> | undefined): void {
  sums.count += z.length;
  const [powers, tails] = [[0, 0, 0, 0], TAILS.map(() => 0)];
  for (let i = 0; i < z.length; i++) {
    const x = z[i]!;
    const square = x * x;
    powers[0]! += x;
    powers[1]! += square;
    powers[2]! += square * x;
    powers[3]! += square * square;
    const size = Math.abs(x);
    for (let k = 0; k < TAILS.length && size > TAILS[k]!; k++) tails[k]!++;
    if (i >= width) sums.members += x * z[i - width]!;
    if (before !== undefined) sums.steps += x * before[i]!;
    const place = i % width;
    for (let k = 0; k < LAGS.length; k++) if (place >= LAGS[k]!) sums.lags[k]! += x * z[i - LAGS[k]!]!;
  }
  powers.forEach((sum, k) => (sums.powers[k]! += sum));
  tails.forEach((count, k) => (sums.tails[k]! += count));
}
