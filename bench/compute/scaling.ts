import { wasm } from "../../src/executors/index.ts";
import { mlp } from "../../src/nets/index.ts";
import { chain, momentum, weightDecay } from "../../src/optim/index.ts";
import { key } from "../../src/random/index.ts";
import { defineModel, initialise, softmaxCrossEntropy, trainingProgram } from "../../src/tensor/index.ts";
import { median } from "./statistics.ts";
import { mlpSubject, type Subject, timed } from "./subjects.ts";
import { flops, type Mlp } from "./workloads.ts";

const small: Mlp = { name: "small", members: 8, inputs: 32, hidden: 32, outputs: 10, batch: 32, rows: 1000 };

/** Steps per second of processor time: these are runs on one thread. */
async function rate(subject: Subject, rounds: number, seconds: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++)
    rates.push((await subject.measure(seconds))?.perCpuSecond ?? 0);
  await subject.close();
  return median(rates);
}

/** Cost per member-step as the population grows, and the memory that it takes. */
export async function inMembers(rounds: number, seconds: number): Promise<unknown[]> {
  console.log("\nScaling in members (32-32-10, batch 32, one thread)");
  const rows: unknown[] = [];
  for (const members of [8, 32, 128, 512, 2048, 4096]) {
    const load = { ...small, members };
    const stepsPerCall = Math.max(1, Math.round(512 / members));
    const subject = await mlpSubject(load, stepsPerCall, { workers: 1, relaxed: false });
    const { bytes = 0 } = subject;
    const perSecond = await rate(subject, rounds, seconds);
    const parameters =
      (load.inputs * load.hidden + load.hidden + load.hidden * load.outputs + load.outputs) * 4;
    // Parameters and velocities; the data set and the working memory of a worker are shared.
    const perMember = bytes / members / parameters;
    rows.push({ members, microseconds: 1e6 / perSecond, bytes, bytesPerParameterByte: perMember });
    console.log(
      `  ${String(members).padStart(5)} members ${(1e6 / perSecond).toFixed(2).padStart(7)} µs per member-step, ` +
        `${(bytes / 2 ** 20).toFixed(1).padStart(6)} MiB = ${perMember.toFixed(2)} × the parameters`,
    );
  }
  return rows;
}

/** Arithmetic per second as the net grows. */
export async function inWidth(rounds: number, seconds: number): Promise<unknown[]> {
  console.log("\nScaling in width (w-w-10, batch 64, one thread)");
  const rows: unknown[] = [];
  for (const width of [8, 16, 32, 64, 128, 256, 512]) {
    const load: Mlp = { ...small, members: 4, inputs: width, hidden: width, batch: 64 };
    const subject = await mlpSubject(load, 16, { workers: 1, relaxed: false });
    const gflops = ((await rate(subject, rounds, seconds)) * flops(load)) / 1e9;
    rows.push({ width, gflops });
    console.log(`  ${String(width).padStart(5)} units ${gflops.toFixed(1).padStart(6)} GFLOP/s`);
  }
  return rows;
}

/** A model as a user writes it (three layers, relu, dropout) against W1's kind of net, in arithmetic per second. */
export async function userModel(rounds: number, seconds: number): Promise<unknown> {
  const net = mlp({ inputs: 64, hidden: [64, 64], outputs: 10, activation: "relu", dropout: "dropout" });
  const model = defineModel({
    parameters: net.parameters,
    data: { x: { shape: [64] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }, _, context) => softmaxCrossEntropy(net.apply(p, x, context), y),
  });
  const program = trainingProgram(model, {
    optimizer: chain(weightDecay({ rate: 1e-4 }), momentum({ learningRate: 0.05, momentum: 0.9 })),
    rows: 1000,
    batchSize: 64,
  });
  const members = 16;
  const session = await wasm.compile({ train: program.program }, { members, key: key(1), workers: 1 });
  session.write(
    "train.x",
    "all",
    Float32Array.from({ length: 64_000 }, (_, i) => Math.sin(i)),
  );
  session.write(
    "train.y",
    "all",
    Int32Array.from({ length: 1000 }, (_, i) => i % 10),
  );
  session.write("dropout", "all", [0.2]);
  for (let m = 0; m < members; m++) initialise(session, program, key(2), m);
  let from = 0;
  const call = async (): Promise<void> => {
    await session.step("train", 32, from);
    from += 32;
  };
  for (let warm = 0; warm < 4; warm++) await call();
  const user: Subject = {
    name: "user model",
    measure: (time) => timed(time, members * 32, call),
    close: () => session.close(),
  };
  const operations = 2 * 64 * (2 * 64 * 64 + 3 * 64 * 64 + 3 * 64 * 10);
  const gflops = ((await rate(user, rounds, seconds)) * operations) / 1e9;
  console.log(`\nA user's model (64-64-64-10, relu, dropout): ${gflops.toFixed(1)} GFLOP/s on one thread`);
  return { gflops };
}
