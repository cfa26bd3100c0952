import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  defineModel,
  initialise,
  reference,
  type Session,
  type TrainingProgram,
  trainingProgram,
  type UpdateRule,
} from "./index.ts";
import { shuffle, shuffleKeys } from "./reference/shuffle.ts";

const keysOf = (member: number, epoch: number): Uint32Array =>
  shuffleKeys("shuffle", epoch, { key: key(3), memberId: member, step: 0 });

const order = (bound: number, member: number, epoch: number): number[] => {
  const place = shuffle(bound, keysOf(member, epoch));
  return Array.from({ length: bound }, (_, row) => place(row));
};

describe("a shuffled order", () => {
  it("has each row once, whatever their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(1000), fc.nat(1000), (bound, member, epoch) => {
        expect(order(bound, member, epoch).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: bound }, (_, i) => i),
        );
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each([3, 5, 8, 13])("of %i rows puts each row, and each pair of neighbours, anywhere alike", (bound) => {
    const count = 4000;
    const places = new Map<string, number>();
    const add = (name: string): void => void places.set(name, (places.get(name) ?? 0) + 1);
    for (let i = 0; i < count; i++) {
      const rows = order(bound, i % 40, Math.floor(i / 40));
      rows.forEach((row, place) => add(`${place}: ${row}`));
      for (let place = 1; place < bound; place++) add(`${rows[place - 1]}, ${rows[place]}`);
    }
    /** χ² over cells of equal chance, in standard deviations of its law (√(2·freedom), roughly normal). */
    const excess = (
      cells: number,
      freedom: number,
      chosen: (name: string) => boolean,
      draws: number,
    ): number => {
      const expected = draws / cells;
      let sum = cells * expected;
      for (const [name, found] of places)
        if (chosen(name)) sum += (found - expected) ** 2 / expected - expected;
      return (sum - freedom) / Math.sqrt(2 * freedom);
    };
    const single = (name: string): boolean => name.includes(":");
    expect(excess(bound * bound, (bound - 1) ** 2, single, count * bound)).toBeLessThan(5);
    const pairs = bound * (bound - 1);
    expect(excess(pairs, pairs - 1, (name) => !single(name), count * (bound - 1))).toBeLessThan(5);
  });

  it("is another one for each epoch and member", () => {
    const texts = [0, 1, 2].flatMap((member) => [0, 1, 2].map((epoch) => order(20, member, epoch).join()));
    expect(new Set(texts).size).toBe(9);
  });
});

const ROWS = 10;
const still: UpdateRule = {
  name: "still",
  init: () => ({}),
  update: (gradients) => ({
    updates: Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.mul(0)])),
    state: {},
  }),
};

/** Shows the rows of its batch in the slot `rows`. */
const training = (max: number, own: boolean): TrainingProgram =>
  trainingProgram(
    defineModel({
      parameters: { w: { shape: [], init: () => [1] } },
      data: { x: { shape: [] } },
      loss: ({ w }, { x }, _, context) => {
        context.trace.output("rows", x);
        return x.mul(w);
      },
    }),
    {
      optimizer: still,
      rows: ROWS,
      batchSize: own ? { max, hyperparameter: "batch" } : max,
      shuffle: true,
    },
  );

async function open(program: TrainingProgram, memberIds: readonly number[]): Promise<Session> {
  const members = memberIds.length;
  const session = await reference.compile({ train: program.program }, { members, key: key(3), memberIds });
  memberIds.forEach((id, row) => initialise(session, program, key(3), row, id));
  session.write(
    "train.x",
    "all",
    Array.from({ length: ROWS }, (_, i) => i),
  );
  return session;
}

/** The rows of some batches of a session's row, one after the other. */
async function rowsOf(
  session: Session,
  steps: number,
  from: number,
  size: number,
  row = 0,
): Promise<number[]> {
  const seen: number[] = [];
  for (let step = from; step < from + steps; step++) {
    await session.step("train", 1, step);
    seen.push(...[...session.read("rows", row)].slice(0, size));
  }
  return seen;
}

describe("training without replacement", () => {
  it("visits every row once per epoch, also where batches reach over its end", async () => {
    const seen = await rowsOf(await open(training(4, false), [7]), 5, 0, 4);
    expect(seen).toEqual([...order(ROWS, 7, 0), ...order(ROWS, 7, 1)]);
  });

  it("goes on where it was, at another step, in another session, beside others", async () => {
    const program = training(4, false);
    const whole = await rowsOf(await open(program, [7]), 8, 0, 4);
    const first = await open(program, [7]);
    const begun = await rowsOf(first, 3, 0, 4);
    const second = await open(program, [1, 7, 9]);
    for (const slot of ["batch/epoch", "batch/position"]) second.write(slot, 1, first.read(slot, 0));
    expect([...begun, ...(await rowsOf(second, 5, 100, 4, 1))]).toEqual(whole);
  });

  it("lets the batch size change in between: still each row once per epoch", async () => {
    const session = await open(training(7, true), [2]);
    const seen: number[] = [];
    let step = 0;
    for (const size of [3, 3, 7, 1, 4, 2, 7, 3]) {
      session.write("batch", "all", [size]);
      seen.push(...(await rowsOf(session, 1, step++, size)));
    }
    expect(seen).toEqual([0, 1, 2].flatMap((epoch) => order(ROWS, 2, epoch)));
    expect([session.read("batch/epoch", 0)[0], session.read("batch/position", 0)[0]]).toEqual([3, 0]);
  });

  it("refuses batches beyond the data set", () => {
    expect(() => training(11, false)).toThrow("shuffle: needs batches of at most all 10 rows, got 11.");
  });
});
