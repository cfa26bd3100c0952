import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { concat, optimise, reference, Trace, type Tensor, validate } from "./index.ts";

/** Functions of [2, 2] matrices that keep the shape, many with something to simplify. */
const steps: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x) => x.neg().neg(),
  (x) => x.neg(),
  (x) => x.mul(1),
  (x, y) => x.add(y.mul(0)),
  (x) => x.sub(0).div(1),
  (x) => x.transpose().transpose([1, 0]),
  (x, y) => x.transpose().matmul(y),
  (x, y) => x.matmul(y.transpose()).tanh(),
  (x, y) => x.transpose().matmul(y.transpose()).tanh(),
  (x) => x.reshape([4]).reshape([1, 4]).reshape([2, 2]),
  (x, y) => x.add(y),
  (x) => x.literal(2, [2, 2]).mul(3).add(1).neg().add(x),
  (x) => x.stopGradient().tanh(),
  (x, y) => concat([x.at(0).expand(0), y.at(1).expand(0)], 0),
  (x) => x.literal(1).mul(x),
  (x) => x.literal(0).add(x).broadcastTo([1, 2, 2]).reshape([2, 2]),
];

describe("optimise", () => {
  it("keeps every value and never adds nodes", async () => {
    const operation = fc.tuple(fc.nat(steps.length - 1), fc.nat(100), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (operations) => {
        const t = new Trace();
        const values = [t.parameter("a", [2, 2]), t.parameter("b", [2, 2])];
        for (const [which, first, second] of operations) {
          values.push(steps[which]!(values[first % values.length]!, values[second % values.length]!));
        }
        t.output("out", values.at(-1)!);
        t.metric("sum", values.at(-1)!.sum());
        const plain = t.graph.program();
        const small = optimise(plain);
        validate(small);
        expect(small.nodes.length).toBeLessThanOrEqual(plain.nodes.length);
        expect(optimise(small)).toEqual(small);
        const session = await reference.compile({ plain, small }, { members: 1, key: key(1) });
        session.write("a", 0, [0.3, -0.7, 0.2, 0.9]);
        session.write("b", 0, [-0.4, 0.1, 0.8, 0.5]);
        await session.step("plain", 1, 0);
        // + 0: a simplified sum may keep the sign of a zero.
        const expected = [...session.read("out", 0)].map((value) => value + 0);
        await session.step("small", 1, 0);
        expect([...session.read("out", 0)].map((value) => value + 0)).toEqual(expected);
        expect(session.metrics("small")["sum"]!.last[0]! + 0).toBe(
          session.metrics("plain")["sum"]!.last[0]! + 0,
        );
      }),
      { numRuns: 150, seed: 6 },
    );
  });
});
