import { describe, expect, it } from "vitest";
import { adam, chain, momentum, weightDecay } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  type Initialiser,
  initialise,
  reference,
  type Session,
  sizeOf,
  softmaxCrossEntropy,
  trainingProgram,
} from "../tensor/index.ts";
import { relaxedSimd, wasm } from "./index.ts";

interface Sizes {
  readonly members: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly batch: number;
}

const w1: Sizes = { members: 8, inputs: 64, hidden: 64, batch: 64 };
const w2: Sizes = { members: 1, inputs: 784, hidden: 128, batch: 128 };
const CLASSES = 10;
const ROWS = 400;

const scaled: Initialiser = (draws, shape) =>
  Float32Array.from({ length: sizeOf(shape) }, () => draws.normal() / Math.sqrt(shape[0]!));

/** The workloads of the benchmark, each member with its own batch, learning rate, momentum and weight decay. */
function program({ inputs, hidden, batch }: Sizes, rule: "momentum" | "adam") {
  const model = defineModel({
    parameters: {
      w1: { shape: [inputs, hidden], init: scaled },
      b1: { shape: [hidden], init: scaled },
      w2: { shape: [hidden, CLASSES], init: scaled },
      b2: { shape: [CLASSES], init: scaled },
    },
    data: { x: { shape: [inputs] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }) => softmaxCrossEntropy(x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2), y),
  });
  const learningRate = "rate";
  const optimizer =
    rule === "adam"
      ? adam({ learningRate })
      : chain(weightDecay({ rate: "decay" }), momentum({ learningRate, momentum: "beta" }));
  return trainingProgram(model, { optimizer, rows: ROWS, batchSize: batch });
}

function fill(session: Session, { members, inputs }: Sizes, made: ReturnType<typeof program>): void {
  const draws = stream(key(5), "data");
  session.write(
    "train.x",
    "all",
    Float32Array.from({ length: ROWS * inputs }, () => draws.uniform()),
  );
  session.write(
    "train.y",
    "all",
    Int32Array.from({ length: ROWS }, () => draws.integer(CLASSES)),
  );
  for (let m = 0; m < members; m++) initialise(session, made, key(6), m);
  const own = (f: (m: number) => number) => Float32Array.from({ length: members }, (_, m) => f(m));
  const values: Record<string, Float32Array> = {
    rate: own((m) => 0.02 + 0.01 * m),
    beta: own((m) => 0.5 + 0.05 * m),
    decay: own((m) => 1e-4 * m),
  };
  for (const { name, kind } of session.slots) if (kind === "hyper") session.write(name, "all", values[name]!);
}

const layers = ["w1", "b1", "w2", "b2"];

describe.each([
  ["W1", w1, false],
  ["W2", w2, false],
  ...(relaxedSimd() ? ([["W1", w1, true]] as const) : []),
] as const)("%s in float32 (fused multiply-add: %3$s)", (_, sizes, relaxed) => {
  it("is within 2e-6 of float64 after 20 steps, in every layer, relative to its largest weight", async () => {
    const made = program(sizes, "momentum");
    const shared = { members: sizes.members, key: key(2) };
    const fast = await wasm.compile({ train: made.program }, { ...shared, workers: 1, relaxed });
    const oracle = await reference.compile({ train: made.program }, shared);
    fill(fast, sizes, made);
    fill(oracle, sizes, made);
    // Both begin from the same float32 numbers.
    for (const name of layers) oracle.write(name, "all", fast.read(name, "all"));
    await fast.step("train", 20, 0);
    await oracle.step("train", 20, 0);
    for (const name of layers) {
      const wanted = Float64Array.from(oracle.read(name, "all"));
      const largest = wanted.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
      const got = Float64Array.from(fast.read(name, "all"));
      const error = got.reduce((top, x, i) => Math.max(top, Math.abs(x - wanted[i]!)), 0);
      expect(error / largest, name).toBeLessThan(2e-6);
    }
    const loss = fast.metrics("train")["loss"]!;
    oracle.metrics("train")["loss"]!.mean.forEach((x, m) => expect(loss.mean[m]).toBeCloseTo(x, 6));
    await fast.close();
  });
});

describe("results", () => {
  const sizes = { members: 5, inputs: 20, hidden: 12, batch: 9 };
  const made = program(sizes, "adam");

  async function after(
    options: { readonly workers: number; readonly memberIds?: readonly number[]; readonly members?: number },
    calls: readonly number[],
  ): Promise<Session> {
    const members = options.members ?? sizes.members;
    const session = await wasm.compile({ train: made.program }, { members, key: key(9), ...options });
    fill(session, { ...sizes, members }, made);
    session.write("rate", "all", [0.01]);
    (options.memberIds ?? []).forEach((id, m) => initialise(session, made, key(6), m, id));
    let from = 0;
    for (const steps of calls) {
      await session.step("train", steps, from);
      from += steps;
    }
    return session;
  }
  const bits = (session: Session, member: number): string =>
    session.slots
      .filter(({ kind }) => kind === "parameter" || kind === "state")
      .map(({ name }) => [...new Uint8Array(session.read(name, member).buffer)].join())
      .join(";");

  it("are the same bits for 1 and 2 workers and for any division into calls", async () => {
    const one = await after({ workers: 1 }, [12]);
    const two = await after({ workers: 2 }, [1, 4, 7]);
    for (let m = 0; m < sizes.members; m++) expect(bits(two, m)).toBe(bits(one, m));
    expect(bits(one, 0)).not.toBe(bits(one, 1));
    expect([...one.metrics("train")["loss"]!.last]).toEqual([...two.metrics("train")["loss"]!.last]);
    await one.close();
    await two.close();
  });

  it("of a member depend on its id alone, not on who else is there", async () => {
    const alone = await after({ workers: 1, members: 1, memberIds: [3] }, [6]);
    const among = await after({ workers: 2, members: 4, memberIds: [7, 3, 1, 0] }, [6]);
    expect(bits(among, 1)).toBe(bits(alone, 0));
    await alone.close();
    await among.close();
  });
});
