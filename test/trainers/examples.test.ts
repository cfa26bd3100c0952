import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { commandTrainer } from "../../src/trainers/index.ts";
import { after, bench, examples, temporary } from "./harness.ts";

const python = (args: readonly string[], cwd = temporary()) => {
  const { status, stdout, stderr } = spawnSync("python3", args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, DIGITS_PER_CLASS: "60", PYTHONDONTWRITEBYTECODE: "1" },
  });
  return { status, stdout, stderr };
};
const has = (module: string): boolean => python(["-c", `import ${module}`]).status === 0;

describe("the Python examples", () => {
  it("say in their first lines how to run them", () => {
    const scripts = readdirSync(examples).filter((name) => name.endsWith(".py"));
    expect(scripts.length).toBeGreaterThanOrEqual(6);
    for (const name of scripts) {
      const heading = readFileSync(join(examples, name), "utf8").split('"""')[1]!;
      expect(heading, name).toMatch(/polytempo run --hp/);
      expect(heading, name).toContain(`python3 ${name}`);
    }
  });

  it("train the toy alone, to the value of the closed form", () => {
    const { stdout } = python([join(examples, "toy_resident.py"), "--h0", "1", "--h1=0.5", "--until", "50"]);
    const q = Number(/^step 50 q=(\S+)$/m.exec(stdout)![1]);
    expect(q).toBeCloseTo(1.2 - (0.9 * 0.96 ** 50) ** 2 - (0.9 * 0.98 ** 50) ** 2, 12);
  });

  it("train digits with NumPy as a resident trainer, with the same numbers again, or say that NumPy is missing", async () => {
    const script = join(examples, "digits_numpy.py");
    if (!has("numpy")) {
      const { status, stderr } = python([script]);
      expect([status, stderr]).toEqual([1, "digits_numpy.py needs NumPy: pip install numpy\n"]);
      return;
    }
    const space = searchSpace({ lr: uniform(0, 1), momentum: uniform(0, 1), weight_decay: uniform(0, 1) });
    const trainer = commandTrainer({
      command: ["python3", script],
      level: 3,
      env: { DIGITS_PER_CLASS: "60", OMP_NUM_THREADS: "1" },
    });
    const member = await bench(trainer, { space, metric: "val_loss" });
    const hyperparameters = { lr: 0.1, momentum: 0.9, weight_decay: 1e-4 };
    const first = await member.run({ hyperparameters, untilStep: 40 });
    const losses = [];
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { outcome } = await member.run({
        ...after(first.segment, { hyperparameters, steps: 60 }),
        attempt,
      });
      if (outcome.status !== "ok") throw new Error(JSON.stringify(outcome));
      losses.push(outcome.metrics["val_loss"]);
      expect(outcome.metrics["val_accuracy"]).toBeGreaterThan(0.7);
      expect(outcome.using).toEqual(hyperparameters);
    }
    expect(losses[0]).toBe(losses[1]);
    expect(first.outcome.status === "ok" && first.outcome.metrics["val_loss"]).toBeGreaterThan(losses[0]!);
    const wild = await member.run({
      ...after(first.segment, { hyperparameters: { ...hyperparameters, lr: 1e9 } }),
    });
    expect(wild.outcome.status === "ok" && wild.outcome.metrics["val_loss"]).toBeNaN();
  });

  it("say that torch is missing and end well, or train with it", () => {
    const { status, stdout } = python([join(examples, "torch_mlp.py"), "--until", "20"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(has("torch") ? /^step 20 val_loss=/ : /^torch_mlp\.py needs PyTorch/);
  });

  it("have a callback that sets, reports and saves in the order that fit calls it", () => {
    const program = `
import os, sys
sys.path.insert(0, sys.argv[1])
import keras_callback, polytempo

class Model:
    lr = 9.0
    def save(self, path):
        open(path, "w").close()

with polytempo.member({"lr": 0.5}, argv=["--until", "3"]) as m:
    for segment in m.segments():
        model = Model()
        callback = keras_callback.PolytempoCallback(
            segment, lambda model, h: setattr(model, "lr", h["lr"]), lambda model: {"lr": model.lr})
        callback.set_model(model)
        callback.on_train_begin()
        for epoch in range(segment.from_step, segment.until_step):
            callback.on_epoch_end(epoch, {"loss": 1 / (epoch + 1)})
print(sorted(os.listdir("polytempo-out")))
`;
    const { stdout, stderr } = python(["-c", program, examples]);
    expect(stderr).toBe("polytempo: saved in polytempo-out, at step 3; to go on: --from polytempo-out\n");
    expect(stdout).toBe(
      "step 1 loss=1.0\nstep 2 loss=0.5\nstep 3 loss=0.3333333333333333\n['model.keras', 'polytempo.json']\n",
    );
  });
});
