import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Trainer } from "../../src/engine/index.ts";
import { commandTrainer } from "../../src/trainers/index.ts";
import { after, bench, examples, root, temporary } from "./harness.ts";
import { toyTrainer } from "./toy.ts";

const python = (script: string, ...args: string[]): string[] => ["python3", join(examples, script), ...args];

const levels: readonly (readonly [string, () => Trainer])[] = [
  [
    "1, arguments",
    () =>
      commandTrainer({
        command: python(
          "toy_arguments.py",
          ..."--h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}".split(" "),
        ),
      }),
  ],
  ["2, environment", () => commandTrainer({ command: python("toy_environment.py") })],
  ["3, resident", () => commandTrainer({ command: python("toy_resident.py") })],
  ["3, asked for", () => commandTrainer({ command: python("toy_resident.py"), level: 3 })],
  ["2, by the client", () => commandTrainer({ command: python("toy_resident.py"), level: 2 })],
];

/** Three segments: from nothing, on with other hyperparameters, and a copy of the first with others again. */
async function walk(trainer: Trainer) {
  const member = await bench(trainer);
  const first = await member.run({ hyperparameters: { h0: 0.1, h1: 1 / 3 } });
  const second = await member.run(after(first.segment, { hyperparameters: { h0: 0.7, h1: 1e-7 } }));
  const copy = await member.run({
    ...after(first.segment, { hyperparameters: { h0: 1, h1: 0 }, steps: 4 }),
    member: 5,
    name: "m05",
  });
  const values = [first, second, copy].map(({ outcome }) => {
    if (outcome.status !== "ok") throw new Error(JSON.stringify(outcome));
    return outcome.metrics["q"]!;
  });
  await member.close();
  expect(member.groups.size).toBe(0);
  const reports = member.reports.map(({ step, metrics }) => [step, metrics["q"]]);
  return {
    values,
    reports,
    processes: member.started.length,
    segments: [first, second, copy].map(({ segment }) => segment),
  };
}

describe("the toy through every level of the protocol", () => {
  it.each(levels)(
    "gives the numbers of the TypeScript trainer, bit for bit, at level %s",
    async (_, make) => {
      const reference = await walk(toyTrainer);
      const { values, segments } = await walk(make());
      expect(values).toEqual(reference.values);
      for (const { save } of segments) {
        const names = readdirSync(save);
        expect(names).toHaveLength(1);
        expect(readFileSync(join(save, names[0]!), "utf8")).toContain("[");
      }
    },
  );

  it("costs one process for all segments at level 3 and one per segment at levels 1 and 2", async () => {
    const counts = [];
    for (const [, make] of levels) counts.push((await walk(make())).processes);
    expect(counts).toEqual([3, 3, 1, 1, 3]);
  });

  it("needs no library: the whole program in docs/protocol.md gives the same numbers", async () => {
    const text = readFileSync(join(root, "docs", "protocol.md"), "utf8");
    const program = /```js\n([\s\S]*?)```/.exec(text)![1]!;
    const script = join(temporary(), "trainer.mjs");
    writeFileSync(script, program);
    const { values, processes } = await walk(commandTrainer({ command: [process.execPath, script] }));
    expect(values).toEqual((await walk(toyTrainer)).values);
    expect(processes).toBe(1);
  });

  it("follows the closed form θᵢ(1 − 0.04 hᵢ)ⁿ", async () => {
    const { values } = await walk(toyTrainer);
    const theta = [0.9 * (1 - 0.04 * 0.1) ** 10, 0.9 * (1 - 0.04 / 3) ** 10];
    expect(values[0]).toBeCloseTo(1.2 - theta[0]! ** 2 - theta[1]! ** 2, 12);
  });

  it("echoes the hyperparameters at levels 2 and 3, and nothing at level 1", async () => {
    const echoes = [];
    for (const [, make] of levels) {
      const trainer = make();
      const member = await bench(trainer);
      const { outcome } = await member.run();
      echoes.push([trainer.verification, outcome.status === "ok" ? outcome.using : outcome]);
    }
    const verified = ["echo", { h0: 0.25, h1: 0.75 }];
    expect(echoes).toEqual([["unverified", null], verified, verified, verified, verified]);
  });

  it("gives a process that is about to leave after a failure no other segment", async () => {
    const program = `
      const { createWriteStream } = require("node:fs");
      const out = createWriteStream(null, { fd: 4 });
      out.write(JSON.stringify({ type: "hello", protocol: 1 }) + "\\n");
      const input = new (require("node:net").Socket)({ fd: 3, readable: true });
      input.once("data", (text) => {
        const { id } = JSON.parse(String(text));
        out.write(JSON.stringify({ type: "failed", id, cause: "echo", message: "lr is another" }) + "\\n");
        setTimeout(() => process.exit(1), 200);
      });`;
    const resident = await bench(commandTrainer({ command: [process.execPath, "-e", program], level: 3 }));
    const causes = [];
    for (let i = 0; i < 3; i++) {
      const { outcome } = await resident.run();
      causes.push(outcome.status === "failed" ? `${outcome.cause}: ${outcome.message}` : outcome.status);
    }
    expect(causes).toEqual(Array(3).fill("echo: lr is another"));
    expect(resident.started).toHaveLength(3);
  });

  it("leaves nothing in the scratch directory", async () => {
    for (const [, make] of levels) {
      const member = await bench(make());
      await member.run();
      expect(readdirSync(join(member.directory, "scratch"))).toEqual([]);
    }
  });
});
