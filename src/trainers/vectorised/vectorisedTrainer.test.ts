import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../errors/index.ts";
import { type RunRequest, type Segment, replay, resume, run, verify } from "../../engine/index.ts";
import { wasm } from "../../executors/index.ts";
import { mlp } from "../../nets/index.ts";
import { adam, sgd } from "../../optim/index.ts";
import { choice, integer, logUniform, searchSpace, uniform } from "../../space/index.ts";
import { openRunReader } from "../../store/index.ts";
import { defineModel, reference, softmaxCrossEntropy } from "../../tensor/index.ts";
import { cloudModel, cloudOptions, cloudSpace, contextFor, outcomesOf, scratch } from "./fixtures.ts";
import { openSafetensors } from "./safetensors.ts";
import { stateReader } from "./states.ts";
import { vectorisedTrainer } from "./vectorisedTrainer.ts";

const { path, remove } = scratch();
afterAll(remove);

const request = (changes: Partial<RunRequest> = {}): RunRequest => ({
  trainer: vectorisedTrainer(cloudOptions),
  space: cloudSpace,
  metric: "loss:min",
  members: 9,
  seed: 3,
  slow: { interval: 20 },
  stop: { steps: 100 },
  ...changes,
});

async function logOf(directory: string): Promise<string[]> {
  const reader = await openRunReader(directory);
  try {
    return [...reader.decisionLines()];
  } finally {
    reader.close();
  }
}

describe("a population trained as one program under the engine", () => {
  it("learns, and its decisions follow from its log", async () => {
    const { best, reason } = await run(request(), { directory: path("learns") }).result;
    expect(reason).toBe("steps");
    expect(best!.value).toBeLessThan(0.35);
    expect((await verify(path("learns"))).ok).toBe(true);
    const reader = await openRunReader(path("learns"));
    expect(reader.metricNames().toSorted()).toEqual(["accuracy", "loss", "trainLoss"]);
    expect(reader.segments(0).every(({ verified }) => verified)).toBe(true);
    const { directory, row } = reader.checkpoints.locate(best!.checkpoint!);
    reader.close();
    expect(readdirSync(directory)).toEqual(["population.safetensors"]);
    const test = await request().trainer.test!(
      { id: best!.checkpoint!, directory, row },
      best!.hyperparameters,
    );
    expect(test!["accuracy"]).toBeGreaterThan(0.85);
  });

  it("gives the same log with one worker and with two, and with a resume in the middle", async () => {
    await run(request(), { directory: path("one") }).result;
    await run(request({ trainer: vectorisedTrainer({ ...cloudOptions, workers: 2 }) }), {
      directory: path("two"),
    }).result;
    const lines = await logOf(path("one"));
    expect(await logOf(path("two"))).toEqual(lines);
    // A new process has no session that holds the donors' states: they come from files.
    const handle = run(request(), { directory: path("stopped") });
    for await (const event of handle.events) if (event.type === "generation") handle.stop("segment");
    await handle.result;
    const stopped = (await logOf(path("stopped"))).length;
    expect(stopped).toBeLessThan(lines.length);
    await resume(path("stopped"), { trainer: vectorisedTrainer(cloudOptions) }).result;
    expect(await logOf(path("stopped"))).toEqual(lines);
  });

  it("gives the same log without replacement, with one worker, with two, and with a resume in an epoch", async () => {
    const shuffled = (workers: number) => vectorisedTrainer({ ...cloudOptions, shuffle: true, workers });
    const short = (workers: number): RunRequest =>
      request({ trainer: shuffled(workers), members: 5, slow: { interval: 7 }, stop: { steps: 28 } });
    await run(short(1), { directory: path("shuffled") }).result;
    const lines = await logOf(path("shuffled"));
    await run(short(2), { directory: path("shuffled two") }).result;
    expect(await logOf(path("shuffled two"))).toEqual(lines);
    const handle = run(short(1), { directory: path("shuffled stopped") });
    for await (const event of handle.events) if (event.type === "generation") handle.stop("segment");
    await handle.result;
    await resume(path("shuffled stopped"), { trainer: shuffled(1) }).result;
    expect(await logOf(path("shuffled stopped"))).toEqual(lines);
    await run(request({ ...short(1), trainer: vectorisedTrainer(cloudOptions) }), {
      directory: path("replaced"),
    }).result;
    expect(await logOf(path("replaced"))).not.toEqual(lines);
  });

  it("trains a lineage again alone, to the same numbers", async () => {
    const { best } = await run(request({ stop: { steps: 60 } }), { directory: path("source") }).result;
    const again = await replay({
      source: path("source"),
      directory: path("again"),
      trainer: vectorisedTrainer(cloudOptions),
    });
    expect((await again.result).best!.value).toBe(best!.value);
  });

  it("works asynchronously, and with members that retire", async () => {
    const handle = run(request({ mode: "asynchronous" }), { directory: path("asynchronous") });
    handle.retire(2);
    const { reason } = await handle.result;
    expect(reason).toBe("steps");
    expect((await verify(path("asynchronous"))).ok).toBe(true);
  });
});

describe("segments", () => {
  const h = (lr: number) => ({ lr, dropout: 0.1, batchSize: 8, l2: 1e-4 });
  let directories = 0;
  const save = (): string => {
    const directory = path(`segments-${directories++}`);
    mkdirSync(directory);
    return directory;
  };
  const segment = (member: number, changes: Partial<Segment> = {}): Segment => ({
    member,
    name: `m${member}`,
    generation: 0,
    attempt: 1,
    hyperparameters: h(0.01),
    fromStep: 0,
    untilStep: 10,
    seed: 1,
    load: null,
    save: "",
    ...changes,
  });
  const into = (directory: string, segments: readonly Segment[]): Segment[] =>
    segments.map((one) => ({ ...one, save: directory }));
  const read = async (directory: string, row: number): Promise<Record<string, readonly number[]>> => {
    const reader = stateReader();
    const state = await reader.read(directory, row);
    await reader.close();
    return Object.fromEntries([...state].map(([name, values]) => [name, [...values]]));
  };
  const id = (member: number, step = 10) => ({ member, generation: 0, step });

  it("do not depend on who trains beside them, nor in which order they are given", async () => {
    const trainer = vectorisedTrainer(cloudOptions);
    const together = save();
    const alone = save();
    const [a] = await outcomesOf(trainer, contextFor(path("x")), [
      into(together, [segment(4), segment(0), segment(2)]),
    ]);
    const [b] = await outcomesOf(trainer, contextFor(path("x")), [into(alone, [segment(2)])]);
    expect(await read(together, a!.get(2)!["row" as never])).toEqual(await read(alone, 0));
    expect((a!.get(2) as { metrics: unknown }).metrics).toEqual((b!.get(2) as { metrics: unknown }).metrics);
    expect(await read(together, 0)).not.toEqual(await read(together, 1));
  });

  it("that start from copies give the same bits from the session as from files", async () => {
    const trainer = vectorisedTrainer(cloudOptions);
    const first = save();
    const second = save();
    const members = [0, 1, 2, 3];
    const start = into(
      first,
      members.map((member) => segment(member)),
    );
    // 0 copies 1, which itself copies 2: donors are meant as they were. 3 goes on.
    const donors = [1, 2, 2, 3];
    const next = (directory: string): Segment[] =>
      into(
        directory,
        members.map((member) =>
          segment(member, {
            generation: 1,
            fromStep: 10,
            untilStep: 25,
            hyperparameters: h(0.003),
            load: { id: id(donors[member]!), directory: first, row: donors[member]! },
          }),
        ),
      );
    await outcomesOf(trainer, contextFor(path("x")), [start, next(second)]);
    const third = save();
    await outcomesOf(trainer, contextFor(path("x")), [next(third)]);
    for (const member of members) expect(await read(third, member)).toEqual(await read(second, member));
    // Members with the same origin and the same values still draw their own batches.
    expect(await read(second, 1)).not.toEqual(await read(second, 2));
  });

  it("at different steps train in groups, and share one checkpoint", async () => {
    const trainer = vectorisedTrainer(cloudOptions);
    const first = save();
    const second = save();
    const [, outcomes] = await outcomesOf(trainer, contextFor(path("x")), [
      into(first, [segment(0), segment(1), segment(2)]),
      into(second, [
        segment(0, { fromStep: 10, untilStep: 20, load: { id: id(0), directory: first, row: 0 } }),
        segment(1, { untilStep: 20 }),
        segment(2, { fromStep: 10, untilStep: 20, load: { id: id(2), directory: first, row: 2 } }),
      ]),
    ]);
    const rows = [0, 1, 2].map((member) => outcomes!.get(member)!["row" as never] as number);
    expect(rows.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    // Twenty steps at a stretch are the same as ten and ten.
    const third = save();
    const [straight] = await outcomesOf(trainer, contextFor(path("x")), [
      into(
        third,
        [0, 1, 2].map((member) => segment(member, { untilStep: 20 })),
      ),
    ]);
    for (const member of [0, 1, 2]) {
      expect(await read(second, rows[member]!)).toEqual(
        await read(third, straight!.get(member)!["row" as never]),
      );
    }
  });

  it("whose loss becomes NaN fail alone, with the line of the model", async () => {
    const model = defineModel({
      parameters: cloudModel.parameters,
      data: cloudModel.data,
      hyperparameters: ["l2"],
      loss: (p, batch, hyper, context) => cloudModel.loss(p, batch, hyper, context).sub(0.7).log(),
    });
    const { constants, batchSize, data } = cloudOptions;
    const { train } = data;
    const trainer = vectorisedTrainer({
      model,
      data: { train },
      optimizer: sgd({ learningRate: "lr" }),
      constants,
      batchSize,
      workers: 1,
    });
    const directory = save();
    const [outcomes] = await outcomesOf(trainer, contextFor(path("x")), [
      into(directory, [
        segment(0, { untilStep: 40, hyperparameters: h(1e-9) }),
        segment(1, { untilStep: 40, hyperparameters: h(0.1) }),
      ]),
    ]);
    expect([...outcomes!.values()].map(({ status }) => status)).toContain("failed");
    const failed = [...outcomes!.values()].find(({ status }) => status === "failed");
    expect(failed).toMatchObject({ cause: "nan" });
    expect((failed as { message: string }).message).toMatch(
      /^the loss is NaN at step \d+: .*vectorisedTrainer\.test\.ts:\d+: log \[\] gives NaN/,
    );
  });

  it("whose checkpoint is of another model fail with what differs", async () => {
    const net = mlp({ inputs: 2, hidden: [5], outputs: 3 });
    const other = vectorisedTrainer({
      model: defineModel({
        parameters: net.parameters,
        data: cloudModel.data,
        loss: (p, { x, y }, _, context) => softmaxCrossEntropy(net.apply(p, x, context), y),
      }),
      data: cloudOptions.data,
      optimizer: adam({ learningRate: "lr" }),
    });
    const first = save();
    await outcomesOf(other, contextFor(path("x")), [into(first, [segment(0)])]);
    const [outcomes] = await outcomesOf(vectorisedTrainer(cloudOptions), contextFor(path("x")), [
      into(save(), [
        segment(0, { fromStep: 10, untilStep: 20, load: { id: id(0), directory: first, row: 0 } }),
      ]),
    ]);
    expect(outcomes!.get(0)).toMatchObject({ status: "failed", cause: "checkpoint" });
    expect((outcomes!.get(0) as { message: string }).message).toContain(
      "mlp.0.weight has 10 elements, the model needs 24",
    );
  });

  it("are saved in float64 by the reference executor", async () => {
    const trainer = vectorisedTrainer({ ...cloudOptions, executor: reference });
    const directory = save();
    await outcomesOf(trainer, contextFor(path("x")), [into(directory, [segment(0), segment(1)])]);
    const file = await openSafetensors(join(directory, "population.safetensors"));
    expect(file.tensors.get("mlp.0.weight")).toEqual({ kind: "F64", shape: [2, 2, 12] });
    expect(file.metadata).toEqual({ format: "polytempo population", members: "0,1" });
    await file.close();
  });

  it("are merged as rows: the mean of two states is measured like any other", async () => {
    const trainer = vectorisedTrainer(cloudOptions);
    const directory = save();
    await outcomesOf(trainer, contextFor(path("x")), [into(directory, [segment(0), segment(1)])]);
    const merged = await trainer.merge(
      [
        { directory, row: 0 },
        { directory, row: 1 },
      ],
      save(),
      [0.25, 0.75],
    );
    const [a, b, c] = [await read(directory, 0), await read(directory, 1), await read(merged.directory, 0)];
    const weight = "mlp.1.weight";
    expect(c[weight]).toEqual(a[weight]!.map((x, i) => Math.fround(0.25 * x + 0.75 * b[weight]![i]!)));
    const metrics = await trainer.measure(merged, h(0.01));
    expect(Object.keys(metrics)).toEqual(["loss", "accuracy"]);
    expect(metrics["loss"]).toBeGreaterThan(0);
    const single = await trainer.merge([{ directory, row: 1 }], save());
    expect(await read(single.directory, 0)).toEqual(b);
  });

  it("report the training loss and, where asked, the metrics, at round steps", async () => {
    const steps: number[] = [];
    const trainer = vectorisedTrainer({
      ...cloudOptions,
      reportEvery: 4,
      evaluateEvery: 5,
      between: (_, step) => {
        steps.push(step);
      },
    });
    const session = await trainer.open(contextFor(path("x")));
    const reports: string[] = [];
    await session.run(
      into(save(), [segment(0, { untilStep: 11 })]),
      {
        report: (_, step, metrics) => reports.push(`${step} ${Object.keys(metrics).join()}`),
        note: () => {},
        signal: new AbortController().signal,
      },
      () => {},
    );
    await session.close();
    expect(reports).toEqual([
      "4 trainLoss",
      "5 trainLoss",
      "5 loss,accuracy",
      "8 trainLoss",
      "10 trainLoss",
      "10 loss,accuracy",
      "11 trainLoss",
    ]);
    expect(steps).toEqual([4, 8]);
    expect(() => vectorisedTrainer({ ...cloudOptions, reportEvery: 0.5 })).toThrow(
      "reportEvery: needs a number of steps",
    );
  });

  it("end as lost when they are ended early", async () => {
    const trainer = vectorisedTrainer({
      ...cloudOptions,
      reportEvery: 1,
      between: () => controller.abort("stop"),
    });
    const controller = new AbortController();
    const session = await trainer.open(contextFor(path("x")));
    const outcomes: string[] = [];
    await session.run(
      into(save(), [segment(0), segment(1)]),
      { report: () => {}, note: () => {}, signal: controller.signal },
      (_, { status }) => outcomes.push(status),
    );
    await session.close();
    expect(outcomes).toEqual(["lost", "lost"]);
  });
});

describe("what cannot work is refused before a run is made", () => {
  const refused = (changes: Partial<RunRequest>): readonly string[] => {
    try {
      run(request(changes), { directory: path("refused") });
    } catch (error) {
      expect(existsSync(path("refused"))).toBe(false);
      return (error as UsageError).problems;
    }
    return [];
  };
  const without = <T extends object>(record: T, name: keyof T): Omit<T, keyof T> => {
    const { [name]: _, ...rest } = record;
    return rest;
  };

  it("hyperparameters that nobody gives, that nothing reads, of the wrong kind or range", () => {
    expect(
      refused({
        space: searchSpace({
          lr: choice(["small", "large"]),
          hidden: integer(4, 12),
          batchSize: integer(4, 64),
          l2: logUniform(1e-6, 1e-2),
          units: uniform(1, 12),
        }),
        metric: "error:min",
      }),
    ).toEqual([
      expect.stringMatching(/^space: the model reads the hyperparameter dropout/),
      expect.stringMatching(/^space\.units: is in constants too/),
      expect.stringMatching(/^space\.lr: the model needs numbers, got "small"/),
      expect.stringMatching(/^space\.hidden: nothing reads it .*mask the rest/),
      expect.stringMatching(/^space\.batchSize: needs integers from 1 to 16, but can be 64/),
      expect.stringMatching(/^metric: error is not measured; there are loss, accuracy/),
    ]);
  });

  it("more members than memory", () => {
    const limited = vectorisedTrainer({ ...cloudOptions, memoryLimit: 900_000 });
    expect(refused({ members: 1000, trainer: limited })).toEqual([
      expect.stringMatching(
        /^members: 1000 members of 928 bytes each and 1\.80 kB of data need 930 kB, the limit is 900 kB\. Use at most 967 members/,
      ),
    ]);
    const tiny = vectorisedTrainer({ ...cloudOptions, memoryLimit: 100 });
    expect(refused({ trainer: tiny })).toEqual([expect.stringMatching(/Use a smaller model, or fewer data/)]);
  });

  it("data with NaN, labels out of range, columns missing, unknown or of different lengths", () => {
    const { train, validation } = cloudOptions.data;
    const make = (data: object): readonly string[] => {
      try {
        vectorisedTrainer({ ...cloudOptions, data: data as typeof cloudOptions.data });
      } catch (error) {
        return (error as UsageError).problems;
      }
      return [];
    };
    const x = train.x.slice();
    x[7] = Number.NaN;
    const y = validation.y.slice();
    y[5] = 3;
    expect(make({ train: { x, y: train.y }, validation: { x: validation.x, y } })).toEqual([
      "slot train.x: needs finite numbers, got NaN at row 3, element 1.",
      "slot validation.y: needs integers from 0 to 2, got 3 at row 5.",
    ]);
    expect(
      make({ train: { ...without(train, "y"), z: [1] }, validation: { x: validation.x, y: [1, 2] } }),
    ).toEqual([
      "data.train.z: the model has no such column (it has x, y).",
      "data.train.y: is missing; the model reads it.",
      "data.validation.y: has 2 rows, x has 60. All columns need the same rows.",
    ]);
  });
});

describe("the two executors", () => {
  it("agree on a segment within single precision", async () => {
    const results = await Promise.all(
      [wasm, reference].map(async (executor) => {
        const trainer = vectorisedTrainer({ ...cloudOptions, executor });
        const directory = path(`executor-${executor.name}`);
        mkdirSync(directory);
        const [outcomes] = await outcomesOf(trainer, contextFor(path("x")), [
          [
            {
              member: 0,
              name: "m0",
              generation: 0,
              attempt: 1,
              hyperparameters: { lr: 0.01, dropout: 0.2, batchSize: 8, l2: 1e-3 },
              fromStep: 0,
              untilStep: 20,
              seed: 1,
              load: null,
              save: directory,
            },
          ],
        ]);
        return (outcomes!.get(0) as { metrics: Record<string, number> }).metrics["loss"]!;
      }),
    );
    expect(Math.abs(results[0]! - results[1]!)).toBeLessThan(1e-5);
    expect(readFileSync(join(path("executor-wasm"), "population.safetensors")).length).toBeGreaterThan(100);
  });
});
