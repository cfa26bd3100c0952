import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, philox4x32, purposeWord } from "../../random/index.ts";
import { defineModel, firstNonFinite, reference, type Session, trace, trainingProgram } from "../index.ts";

const counter = trace((t) => {
  const x = t.parameter("x", [2]);
  const memory = t.memory("kept", []);
  t.update("x", x.add(t.hyper("by")));
  t.update("kept", memory.add(1));
  t.metric("sum", x.sum());
  t.metric("step", t.step);
});

const open = (members: number, programs = { count: counter }): Promise<Session> =>
  reference.compile(programs, { members, key: key(1) });

describe("the reference session", () => {
  it("runs numbered steps, reading slots as they were when the step began", async () => {
    const session = await open(2);
    session.write("by", "all", [1, 10]);
    await session.step("count", 3, 5);
    expect([...session.read("x", "all")]).toEqual([3, 3, 30, 30]);
    const { sum, step } = session.metrics("count");
    expect([...sum!.last, ...sum!.mean]).toEqual([4, 40, 2, 20]);
    expect([...step!.last, ...step!.mean]).toEqual([7, 7, 6, 6]);
  });

  it("shares slots of one name between programs", async () => {
    const look = trace((t) => t.metric("first", t.parameter("x", [2]).at(0)));
    const session = await reference.compile({ count: counter, look }, { members: 1, key: key(1) });
    session.write("by", "all", [2]);
    await session.step("count", 1, 0);
    await session.step("look", 1, 0);
    expect(session.metrics("look")["first"]!.last[0]).toBe(2);
    const clash = trace((t) => t.metric("first", t.state("x", [3]).at(0)));
    await expect(reference.compile({ count: counter, clash }, { members: 1, key: key(1) })).rejects.toThrow(
      "slot x: is parameter float32 [2], but state float32 [3] in program clash",
    );
  });

  it("copies and merges parameters and state, nothing else", async () => {
    const session = await open(3);
    session.write("x", "all", [1, 2, 3, 4, 5, 6]);
    session.write("by", "all", [7, 8, 9]);
    session.write("kept", "all", [1, 2, 3]);
    session.copyMember(2, 0);
    session.mergeMembers([0, 1], [0.25, 0.75], 1);
    expect([...session.read("x", "all")]).toEqual([5, 6, 3.5, 4.5, 5, 6]);
    expect([...session.read("by", "all"), ...session.read("kept", "all")]).toEqual([7, 8, 9, 1, 2, 3]);
  });

  it("writes one member's value to all, and hands out copies", async () => {
    const session = await open(2);
    session.write("x", "all", [1, 2]);
    session.read("x", "all")[0] = 99;
    expect([...session.read("x", "all")]).toEqual([1, 2, 1, 2]);
  });

  it("refuses what it cannot do, and says what to do", async () => {
    const program = trace((t) => {
      const labels = t.data("y", [3], "int32");
      t.graph.bound("y", 10);
      t.metric("m", t.data("x", [3, 2]).sum().add(labels.toFloat().sum()).add(t.parameter("p", [])));
    });
    const session = await reference.compile({ program }, { members: 2, key: key(1) });
    const write = (slot: string, member: number | "all", data: number[]) => () =>
      session.write(slot, member, data);
    expect(write("z", "all", [1])).toThrow("slot z: no program of this session uses it.");
    expect(write("x", 0, [1])).toThrow('slot x: holds data of all members. Write it with "all".');
    expect(write("x", "all", [1, 2])).toThrow("slot x: needs 6 numbers for shape [3, 2], got 2.");
    expect(write("x", "all", [1, 2, 3, 4, Number.NaN, 6])).toThrow(
      "slot x: needs finite numbers, got NaN at row 2, element 0.",
    );
    expect(write("y", "all", [1, 10, 3])).toThrow("slot y: needs integers from 0 to 9, got 10 at row 1.");
    expect(write("y", "all", [1, 0.5, 3])).toThrow("got 0.5 at row 1.");
    expect(write("p", 2, [1])).toThrow("slot p: member needs to be 0 to 1, got 2.");
    await expect(session.step("no", 1, 0)).rejects.toThrow("program no: this session has no such program.");
    expect(() => session.metrics("program")).toThrow("program program: has not run yet");
    await expect(open(0)).rejects.toThrow("members: needs an integer >= 1, got 0.");
    await expect(
      reference.compile({ program }, { members: 1000, key: key(1), memoryLimit: 4000 }),
    ).rejects.toThrow(/members: 1000 members need \d+ bytes, the limit is 4000/);
  });

  it("refuses to run before every hyperparameter and data set is written, for every member", async () => {
    const program = trace((t) => t.metric("m", t.data("x", [2]).sum().mul(t.hyper("lr")).mul(t.hyper("l2"))));
    const session = await reference.compile({ program }, { members: 2, key: key(1) });
    session.write("lr", 1, [1]);
    await expect(session.step("program", 1, 0)).rejects.toThrow(
      [
        "slot x: has not been written. Write it before program program runs.",
        "slot lr: has been written for 1 of 2 members. Write it before program program runs.",
        "slot l2: has not been written. Write it before program program runs.",
      ].join("\n"),
    );
    session.write("lr", 0, [2]);
    session.write("l2", "all", [3]);
    session.write("x", "all", [1, 1]);
    await session.step("program", 1, 0);
    expect([...session.metrics("program")["m"]!.last]).toEqual([12, 6]);
  });

  it("refuses members and steps that do not exist", async () => {
    const session = await open(2);
    session.write("by", "all", [1]);
    await expect(session.step("count", 1, -1)).rejects.toThrow("integers >= 0, got 1 and -1");
    expect(() => session.read("x", 2)).toThrow("member needs to be 0 to 1, got 2.");
    expect(() => session.copyMember(0, 5)).toThrow("member needs to be 0 to 1, got 5.");
    expect(() => session.mergeMembers([0, 1], [1], 0)).toThrow("got 1 for 2");
  });

  it("names the line of the model where a value stops being finite", async () => {
    const model = defineModel({
      parameters: { w: { shape: [2], init: () => [0, 0] } },
      loss: ({ w }) => w.mul(100).exp().log().sum(),
    });
    const optimizer = {
      name: "still",
      init: () => ({}),
      update: (updates: object) => ({ updates, state: {} }),
    };
    const { program } = trainingProgram(model, { optimizer: optimizer as never });
    const session = await reference.compile({ program }, { members: 2, key: key(1) });
    session.write("w", "all", [0.1, 0.2, 0.1, -9]);
    const query = { program, session, key: key(1), step: 0 };
    expect(firstNonFinite({ ...query, member: 0 })).toBeUndefined();
    expect(firstNonFinite({ ...query, member: 1 })).toMatch(
      /session\.test\.ts:\d+: log \[2\] gives -Infinity at element 1; inputs in \[0\.000, 2\.203e\+4\]$/,
    );
  });
});

describe("random nodes", () => {
  const draws = trace((t) => {
    t.output("u", t.uniform("u", [6]));
    t.output("z", t.normal("z", [6]));
    t.output("next", t.normal("z", [6], 1));
    t.output("pair", t.uniform("u", [2]));
    t.output("one", t.uniform("u", []));
    t.output("z pair", t.normal("z", [1, 2]));
    t.output("z one", t.normal("z", [1]));
    t.output("i", t.randomIndex("i", 5, 1000));
    t.output("own", t.randomIndex("i", 5, 1000, t.hyper("rows")));
    t.output("walk", t.sequentialIndex(4, 10));
  });

  const word = (purpose: string, element: number, member: number, step: number): number => {
    const out = new Uint32Array(4);
    philox4x32(out, element >> 2, member, step, purposeWord(purpose), key(77).low, key(77).high);
    return out[element & 3]!;
  };

  it("are functions of (key, purpose, member, step) and the element alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(1000),
        fc.nat(50),
        async (members, first, step) => {
          const memberIds = Array.from({ length: members }, (_, i) => first + 3 * i);
          const session = await reference.compile({ draws }, { members, key: key(77), memberIds });
          session.write("rows", "all", [17]);
          await session.step("draws", 1, step);
          const row = members - 1;
          const id = memberIds[row]!;
          [...session.read("u", row)].forEach((u, e) =>
            expect(u).toBe((word("u", e, id, step) >>> 8) / 2 ** 24),
          );
          // Two elements take turns with those of the next step, one with those of the next three.
          const u = (element: number, at: number): number => (word("u", element, id, at) >>> 8) / 2 ** 24;
          const half = 2 * (step % 2);
          expect([...session.read("pair", row)]).toEqual([0, 1].map((e) => u(half + e, step >> 1)));
          expect([...session.read("one", row)]).toEqual([u(step % 4, step >> 2)]);
          const normal = (first: number, at: number): number[] => {
            const radius = Math.sqrt(
              -2 * Math.log(Math.fround(Math.fround(word("z", first, id, at)) + 0.5) / 2 ** 32),
            );
            const angle = 2 * Math.PI * ((word("z", first + 1, id, at) >>> 8) / 2 ** 24);
            return [radius * Math.cos(angle), radius * Math.sin(angle)];
          };
          expect([...session.read("z pair", row)]).toEqual(normal(half, step >> 1));
          expect([...session.read("z one", row)]).toEqual([normal(step & 2, step >> 2)[step & 1]]);
          [...session.read("i", row)].forEach((i, e) =>
            expect(i).toBe(Math.floor((word("i", e, id, step) * 1000) / 2 ** 32)),
          );
          [...session.read("own", row)].forEach((i, e) =>
            expect(i).toBe(Math.floor((word("i", e, id, step) * 17) / 2 ** 32)),
          );
          [...session.read("walk", row)].forEach((i, e) => expect(i).toBe((4 * step + e) % 10));
          const next = session.read("next", row);
          await session.step("draws", 1, step + 1);
          expect(session.read("z", row)).toEqual(next);
        },
      ),
      { numRuns: 20, seed: 4 },
    );
  });

  it("have the moments of their laws within five standard errors", async () => {
    const many = trace((t) => {
      const z = t.normal("z", [20_000]);
      const u = t.uniform("u", [20_000]);
      const moment = (name: string, x: typeof z): void => t.metric(name, x.mean());
      moment("z1", z);
      moment("z2", z.square());
      moment("z4", z.square().square());
      moment("lag", z.slice(1).mul(z.slice(0, -1)));
      moment("u1", u);
      moment("cross", z.mul(u.sub(0.5)));
      moment("tail", z.greater(3));
    });
    const session = await reference.compile({ many }, { members: 5, key: key(12) });
    await session.step("many", 5, 0);
    const n = 20_000 * 25;
    const expected: Record<string, readonly [number, number]> = {
      z1: [0, 1],
      z2: [1, 2],
      z4: [3, 96],
      lag: [0, 1],
      u1: [0.5, 1 / 12],
      cross: [0, 1 / 12],
      tail: [1.3498980316301e-3, 1.35e-3],
    };
    for (const [name, [mean, variance]] of Object.entries(expected)) {
      const found = session.metrics("many")[name]!.mean.reduce((sum, value) => sum + value / 5, 0);
      expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(variance / n));
    }
  });
});
