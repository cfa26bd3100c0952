import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Trainer } from "../../src/engine/index.ts";
import {
  type CheckReport,
  checkCommand,
  checkTrainer,
  type CommandTrainerOptions,
  defineTrainer,
  workerTrainer,
} from "../../src/trainers/index.ts";
import { logUniform, searchSpace } from "../../src/space/index.ts";
import { examples, hostile, root, temporary } from "./harness.ts";
import { toySpace } from "./space.ts";
import { toyTrainer } from "./toy.ts";

const where = () => ({ space: toySpace, metric: "q", directory: temporary() });
const verdicts = (report: CheckReport): Record<string, string> =>
  Object.fromEntries(report.lines.map(({ name, status }) => [name, status]));
const lineOf = (report: CheckReport, name: string) => report.lines.find((line) => line.name === name)!;

const sound = {
  "runs a first segment": "pass",
  "goes on from its own state": "pass",
  "gives the same score twice for the same seed": "pass",
  "save, load, same score": "pass",
  "the state that is loaded matters": "pass",
  "h0 takes effect after a load": "pass",
  "h1 takes effect after a load": "pass",
  "says which hyperparameters it uses": "pass",
  "the step counter goes on": "pass",
  "reports NaN when training diverges": "unknown",
  "noise on standard output is harmless": "pass",
  "a kill leaves no half checkpoint": "pass",
  "leaves the state that it loads alone": "pass",
};

const python = (script: string, ...args: string[]): CommandTrainerOptions => ({
  command: ["python3", join(examples, script), ...args],
});

/** A slow toy, so that a kill finds it at work. */
function slowToy(name: string): CommandTrainerOptions {
  const path = join(temporary(), name);
  const text = readFileSync(join(examples, name), "utf8");
  writeFileSync(path, text.replace("import json\n", "import json\nimport time\ntime.sleep(0.15)\n"));
  return { command: ["python3", path], graceMs: 100 };
}

describe("check", () => {
  it("finds nothing wrong with the toy at level 1, where nobody says what is used", async () => {
    const args = "--h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}".split(" ");
    const slow = slowToy("toy_arguments.py");
    const report = await checkCommand({ ...slow, command: [...slow.command, ...args] }, where());
    expect(verdicts(report)).toEqual({ ...sound, "says which hyperparameters it uses": "unknown" });
    expect(report.ok).toBe(true);
    expect(lineOf(report, "says which hyperparameters it uses").advice).toContain('give "using"');
  });

  it("finds nothing wrong with the toy at level 2", async () => {
    const report = await checkCommand(slowToy("toy_environment.py"), where());
    expect(verdicts(report)).toEqual(sound);
  });

  it("finds nothing wrong with the toy at level 3, but its segments are too short to be killed", async () => {
    const report = await checkCommand(python("toy_resident.py"), where());
    expect(report.ok).toBe(true);
    expect({ ...verdicts(report), "a kill leaves no half checkpoint": "either" }).toEqual({
      ...sound,
      "a kill leaves no half checkpoint": "either",
    });
  });

  it("gives each line as soon as it is known, in order", async () => {
    const lines: string[] = [];
    const report = await checkTrainer(toyTrainer, { ...where(), onLine: ({ name }) => lines.push(name) });
    expect(lines).toEqual(report.lines.map(({ name }) => name));
    expect(lines).toHaveLength(12);
  });

  it("takes a trainer in a thread as well", async () => {
    const url = new URL("toy.ts", `file://${root}/test/trainers/`);
    const report = await checkTrainer(workerTrainer(url), where());
    expect(report.lines.filter(({ status }) => status === "fail")).toEqual([]);
    expect(report.lines).toHaveLength(12);
  });

  it("stops at the first segment when that does not work, and says what to do", async () => {
    const report = await checkCommand({ command: ["python3", join(hostile, "wrong_metric.py")] }, where());
    expect(report).toEqual({
      ok: false,
      lines: [
        {
          name: "runs a first segment",
          status: "fail",
          detail: expect.stringContaining("the trainer reported loss, accuracy") as string,
          advice: expect.stringContaining("--metric-regex") as string,
        },
      ],
    });
  });
});

interface Toy {
  theta: number[];
  h?: { h0: number; h1: number };
}

const step = (theta: number[], h: { h0: number; h1: number }, steps: number): void => {
  for (let i = 0; i < steps; i++) {
    theta[0]! *= 1 - 0.04 * h.h0;
    theta[1]! *= 1 - 0.04 * h.h1;
  }
};
const score = ({ theta }: Toy): number => 1.2 - theta[0]! ** 2 - theta[1]! ** 2;
type Parts = Parameters<typeof defineTrainer<{ h0: number; h1: number }, Toy>>[0];
const toyWith = (parts: Partial<Parts>): Trainer =>
  defineTrainer<{ h0: number; h1: number }, Toy>({
    init: () => ({ theta: [0.9, 0.9] }),
    train: (state, h, steps) => step(state.theta, h, steps),
    evaluate: score,
    ...parts,
  });

describe("check finds", () => {
  const failing = async (trainer: Trainer): Promise<string[]> => {
    const report = await checkTrainer(trainer, where());
    expect(report.ok).toBe(false);
    return report.lines.filter(({ status }) => status === "fail").map(({ name }) => name);
  };

  it("a state that is saved without all that the score depends on", async () => {
    const trainer = toyWith({
      save: ({ theta }, folder) => writeFileSync(join(folder, "s"), JSON.stringify([theta[0]])),
      load: (folder) => ({
        theta: [...(JSON.parse(readFileSync(join(folder, "s"), "utf8")) as number[]), 0.9],
      }),
    });
    expect(await failing(trainer)).toEqual(["save, load, same score"]);
  });

  it("a state that is not loaded", async () => {
    const trainer = toyWith({
      save: (_, folder) => writeFileSync(join(folder, "s"), "s"),
      load: () => ({ theta: [0.9, 0.9] }),
    });
    expect(await failing(trainer)).toEqual(["save, load, same score", "the state that is loaded matters"]);
  });

  it("a state that is kept outside the checkpoint", async () => {
    let kept: Toy = { theta: [0.9, 0.9] };
    const trainer = toyWith({
      init: () => (kept = { theta: [0.9, 0.9] }),
      save: (_, folder) => writeFileSync(join(folder, "s"), "s"),
      load: () => kept,
    });
    expect(await failing(trainer)).toContain("save, load, same score");
  });

  it("a trainer that writes into the state that it loads", async () => {
    const trainer = toyWith({
      save: ({ theta }, folder) => writeFileSync(join(folder, "s"), JSON.stringify(theta)),
      load: (folder) => {
        const theta = JSON.parse(readFileSync(join(folder, "s"), "utf8")) as number[];
        mkdirSync(join(folder, "cache"), { recursive: true });
        return { theta };
      },
    });
    expect(await failing(trainer)).toEqual(["leaves the state that it loads alone"]);
  });

  it("hyperparameters that are used but stuck at their first values: by the echo it is no proof, by the score it is", async () => {
    const stuck = toyWith({
      init: (h) => ({ theta: [0.9, 0.9], h }),
      train: (state, _, steps) => step(state.theta, state.h!, steps),
    });
    const report = await checkTrainer(stuck, where());
    expect(lineOf(report, "h0 takes effect after a load")).toMatchObject({
      status: "unknown",
      detail: expect.stringMatching(
        /score (\S+) → \1; the trainer says that it uses the new value/,
      ) as string,
    });
    const script = join(temporary(), "stuck.py");
    const text = readFileSync(join(examples, "toy_arguments.py"), "utf8");
    writeFileSync(
      script,
      text
        .replace(
          "h = [arguments.h0, arguments.h1]",
          'h = state.setdefault("h", [arguments.h0, arguments.h1])',
        )
        .replace("{until}", "until"),
    );
    const args = "--h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}".split(" ");
    const unverified = await checkCommand({ command: ["python3", script, ...args] }, where());
    expect(unverified.lines.filter(({ status }) => status === "fail").map(({ name }) => name)).toEqual([
      "h0 takes effect after a load",
      "h1 takes effect after a load",
    ]);
    expect(lineOf(unverified, "h1 takes effect after a load").advice).toContain(
      "set h1 after loading the state",
    );
  });

  it("noise in the scores, and judges by it", async () => {
    let call = 0;
    const noisy = toyWith({ evaluate: (state) => score(state) + 1e-4 * Math.sin(++call) });
    const report = await checkTrainer(noisy, where());
    expect(report.ok).toBe(true);
    expect(lineOf(report, "gives the same score twice for the same seed").status).toBe("unknown");
    expect(lineOf(report, "h0 takes effect after a load").status).toBe("pass");
  });

  it("that NaN is reported, where the space reaches divergence", async () => {
    const space = searchSpace({ lr: logUniform(1e-3, 1e3, { init: 0.01 }) });
    const trainer = defineTrainer<{ lr: number }, { x: number }>({
      init: () => ({ x: 1 }),
      train(state, { lr }, steps) {
        for (let i = 0; i < steps; i++) state.x -= lr * state.x ** 3;
      },
      evaluate: ({ x }) => -(x ** 2),
    });
    const report = await checkTrainer(trainer, { ...where(), space });
    expect(lineOf(report, "reports NaN when training diverges")).toMatchObject({
      status: "pass",
      detail: expect.stringMatching(/upper bounds of the space: score (NaN|-Infinity)/) as string,
    });
  });
});
