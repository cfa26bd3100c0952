import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { reference, type Session, trace } from "../tensor/index.ts";
import { wasm } from "./wasm.ts";

const shapes: Record<string, readonly number[]> = { one: [], single: [1], two: [2], row: [1, 2], three: [3] };

/** Draws of few elements, of this step and the next. */
const draws = trace((t) => {
  for (const [name, shape] of Object.entries(shapes)) {
    t.output(`u ${name}`, t.uniform(name, shape));
    t.output(`z ${name}`, t.normal(name, shape));
    t.output(`next ${name}`, t.normal(name, shape, 1));
  }
});

const ids = [0, 1, 2, 3, 4, 77, 2 ** 31, 2 ** 32 - 1, 9];

describe.each([
  ["one member after the other", ids.slice(3, 7)],
  ["four members per vector", ids],
])("draws that share blocks among steps, %s", (_, memberIds) => {
  const open = (executor: typeof wasm): Promise<Session> =>
    executor.compile({ draws }, { members: memberIds.length, key: key(5), memberIds, workers: 1 });

  it("are those of the reference, wherever a call begins and ends", async () => {
    const ours = await open(wasm);
    const exact = await open(reference);
    for (const from of [0, 1, 2, 3, 6, 2 ** 32 - 5]) {
      for (const steps of [1, 2, 4]) {
        await ours.step("draws", steps, from);
        await exact.step("draws", steps, from);
        for (const { name } of ours.slots) {
          const found = [...ours.read(name, "all")];
          const wanted = [...exact.read(name, "all")];
          if (name.startsWith("u")) expect(found, name).toEqual(wanted);
          else found.forEach((z, i) => expect(Math.abs(z - wanted[i]!)).toBeLessThan(4e-6));
        }
      }
    }
    await ours.close();
  });
});
