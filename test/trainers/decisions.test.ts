import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, type Trainer } from "../../src/engine/index.ts";
import { decisionLine, openRunReader } from "../../src/store/index.ts";
import { commandTrainer } from "../../src/trainers/index.ts";
import { examples, temporary } from "./harness.ts";
import { toySpace } from "./space.ts";
import { toyTrainer } from "./toy.ts";

/** The decision log of a short run, as text. */
async function decisions(trainer: Trainer, slots: number): Promise<string> {
  const directory = join(temporary(), "run");
  const handle = run(
    {
      trainer,
      space: toySpace,
      metric: "q:max",
      members: 4,
      seed: 3,
      slow: { interval: 4 },
      stop: { steps: 12 },
      reevaluate: { finalists: 3, evaluations: 2 },
    },
    { directory, slots },
  );
  await handle.result;
  const store = await openRunReader(directory);
  try {
    return [...store.decisions()].map(decisionLine).join("\n");
  } finally {
    store.close();
  }
}

const script = (name: string, ...args: string[]): string[] => ["python3", join(examples, name), ...args];

describe("the toy as a run", () => {
  it("has the same decision log in TypeScript and in Python at each of the three levels, for 1 and 2 slots", async () => {
    const reference = await decisions(toyTrainer, 1);
    expect(reference.split("\n").length).toBeGreaterThan(30);
    expect(reference.match(/"kind":"finalist"/g)).toHaveLength(3);
    expect(reference).not.toContain('"values":[null');
    const args = "--h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}".split(" ");
    const levels = [
      commandTrainer({ command: script("toy_arguments.py", ...args) }),
      commandTrainer({ command: script("toy_environment.py") }),
      commandTrainer({ command: script("toy_resident.py"), level: 3 }),
    ];
    for (const [index, trainer] of levels.entries()) {
      expect(await decisions(trainer, 1 + (index % 2)), `level ${index + 1}`).toBe(reference);
    }
  });
});
