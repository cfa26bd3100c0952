import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAffineQueue } from "./queue.ts";

describe("createAffineQueue", () => {
  it("gives a slot its own work first, then what belongs to nobody, then others' last", () => {
    const queue = createAffineQueue<string>(2);
    queue.push("a0", 0);
    queue.push("b0", 0);
    queue.push("free", null);
    queue.push("a1", 1);
    expect([queue.take(1), queue.take(1), queue.take(1), queue.take(1)]).toEqual(["a1", "free", "b0", "a0"]);
    expect(queue.take(0)).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it("hands out everything exactly once, whatever the order of pushes and takes", () => {
    const push = fc.record({ push: fc.option(fc.integer({ min: 0, max: 4 })) });
    const take = fc.record({ take: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(push, take), { maxLength: 200 }), (moves) => {
        const queue = createAffineQueue<number>(3);
        const given: number[] = [];
        let next = 0;
        for (const move of moves) {
          if ("push" in move) {
            queue.push(next++, move.push);
            continue;
          }
          const before = queue.size;
          const item = queue.take(move.take);
          expect(item === undefined).toBe(before === 0);
          if (item !== undefined) given.push(item);
        }
        for (let item = queue.take(0); item !== undefined; item = queue.take(0)) given.push(item);
        expect(queue.size).toBe(0);
        expect(given.toSorted((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, i) => i));
      }),
    );
  });
});
