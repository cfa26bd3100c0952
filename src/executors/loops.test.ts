import { describe, expect, it } from "vitest";
import { dense, gru, squaredError, unroll } from "../nets/index.ts";
import { adam } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import { defineModel, initialise, sizeOf, trainingProgram } from "../tensor/index.ts";
import { layOut } from "./lower/layout.ts";
import { buildModule } from "./lower/module.ts";
import { lower } from "./lower/program.ts";
import { wasm } from "./wasm.ts";

const cell = gru({ inputs: 3, units: 6 });
const out = dense({ inputs: 6, outputs: 2, name: "out" });

/** A recurrent net with dropout between times, so that a loop has draws of its own. */
const trained = (time: number) =>
  trainingProgram(
    defineModel({
      parameters: { ...cell.parameters, ...out.parameters },
      data: { x: { shape: [time, 3] }, y: { shape: [time, 2] } },
      loss: (p, { x, y }, _, context) => {
        const dropped = {
          ...cell,
          step: (...[q, h, input, c]: Parameters<typeof cell.step>) =>
            cell.step(q, context.dropout(h, 0.2), input, c),
        };
        return squaredError(out.apply(p, unroll(dropped, p, x, context).outputs, context), y);
      },
    }),
    { optimizer: adam({ learningRate: 0.01 }), rows: 20, batchSize: 5 },
  );

/** All bytes of parameters and state after some calls. */
async function bitsAfter(workers: number, calls: readonly number[]): Promise<string> {
  const training = trained(9);
  const session = await wasm.compile({ train: training.program }, { members: 5, key: key(4), workers });
  for (const { name, kind, shape } of session.slots) {
    if (kind !== "data") continue;
    const draws = stream(key(2), name);
    session.write(
      name,
      "all",
      Float32Array.from({ length: sizeOf(shape) }, () => draws.normal()),
    );
  }
  for (let member = 0; member < 5; member++) initialise(session, training, key(3), member);
  let step = 0;
  for (const steps of calls) {
    await session.step("train", steps, step);
    step += steps;
  }
  const bytes = session.slots.flatMap(({ name }) => [...new Uint8Array(session.read(name, "all").buffer)]);
  await session.close();
  return bytes.join();
}

/** Bytes of the module, and of the working memory. */
function sizes(time: number): { readonly code: number; readonly arena: number } {
  const { program } = trained(time);
  const lowered = lower(program, { key: key(1), relaxed: false, constantsFrom: 0 });
  const layout = layOut(program.slots, new Map([["p", lowered]]), { members: 1, workers: 1, lanes: 1 });
  const pages = { initial: layout.pages, maximum: layout.pages, shared: false };
  return { code: buildModule(new Map([["p", lowered]]), layout, pages).length, arena: lowered.arenaBytes };
}

describe("a loop over time in generated code", () => {
  it("gives the same bits for any number of workers and any division into calls", async () => {
    const one = await bitsAfter(1, [7]);
    expect(await bitsAfter(2, [7])).toBe(one);
    expect(await bitsAfter(3, [1, 4, 2])).toBe(one);
  });

  it("takes as much code for long sequences as for short ones", () => {
    const [short, long] = [sizes(20), sizes(2000)];
    // Lengths and strides are written as numbers of variable length.
    expect(long.code / short.code).toBeLessThan(1.05);
  });

  it("keeps of each time only its inputs, outputs, and what the way back needs", () => {
    const perTime = (sizes(220).arena - sizes(20).arena) / 200;
    const [batch, units] = [5, 6];
    // Projected input, three gates, the inner sum, the carry, its dropped form, draws, outputs and the adjoints of these.
    const least = 4 * batch * units * 9;
    expect(perTime).toBeGreaterThan(least);
    expect(perTime).toBeLessThan(2.5 * least);
  });
});
