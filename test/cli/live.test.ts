import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Progress } from "../../src/cli/record/progress.ts";
import { fold, run } from "../../src/engine/index.ts";
import { truncation } from "../../src/population/index.ts";
import { logUniform, searchSpace } from "../../src/space/index.ts";
import { openRunReader } from "../../src/store/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";
import { fixtures, normalised, polytempo, root, scratch, start, toyRun } from "./polytempo.ts";

const { folder, remove } = scratch("live");
afterAll(remove);

const golden = (name: string): string => join(root, "test", "cli", "golden", name);
const log = (run: string): string => polytempo(["export", run, "--to", "jsonl"], { cwd: folder }).out;

describe("exit codes", () => {
  it("0 with the result on stdout and progress on stderr", async () => {
    const { code, out, err } = polytempo(toyRun(), { cwd: folder });
    expect(code).toBe(0);
    await expect(normalised(out, folder)).toMatchFileSnapshot(golden("run-stdout.txt"));
    // The first generation, and the last one at the end; more only after 30 seconds.
    expect(
      normalised(err, folder)
        .split("\n")
        .filter((line) => line !== "").length,
    ).toBeLessThanOrEqual(3);
    expect(err).toMatch(/gen=3\/3 steps=30 best=\S+ member=m00 median=\S+ alive=4\/4/);
  });

  it("3 when too few members are left, with the trainer's last words, without its escapes", async () => {
    const args = toyRun(["--name", "crash", "--quiet", "--retries", "0"], ["--crash", "late"]);
    const { code, out, err } = polytempo(args, { cwd: folder });
    expect(code).toBe(3);
    expect(out).toBe("");
    expect(err).toContain("Traceback: out of luck red");
    expect(err).not.toContain("\u001b");
    await expect(normalised(err, folder)).toMatchFileSnapshot(golden("run-crash.txt"));
  });

  it("3 when nothing works from the beginning, once for all members", async () => {
    const args = toyRun(["--name", "never", "--quiet"], ["--crash", "always"]);
    const { code, out, err } = polytempo(args, { cwd: folder });
    expect({ code, out }).toEqual({ code: 3, out: "" });
    await expect(normalised(err, folder)).toMatchFileSnapshot(golden("run-never.txt"));
  });

  it("5 when --require is not met, with the result all the same", () => {
    const required = (text: string) =>
      polytempo(["resume", "toy", "--quiet", "--require", text], { cwd: folder });
    expect(required("loss<=0.05").code).toBe(0);
    const { code, out, err } = required("loss>1");
    expect(code).toBe(5);
    expect(out).toContain("best       m00");
    expect(err).toContain("not met    loss>1: the best member has 7.7");
  });

  it("130 after Ctrl-C: the segments that run are saved, and a resume gives the log of an undisturbed run", async () => {
    const run = start(toyRun(["--name", "int"], ["--sleep", "20"]), folder);
    await run.seen("gen=1/3");
    process.kill(run.pid, "SIGINT");
    const { code, out, err } = await run.ended;
    expect(code).toBe(130);
    expect(out).toContain("stopped after the running segments");
    expect(err).toContain("resume     polytempo resume runs/int");
    expect(polytempo(["status", "int"], { cwd: folder }).out).toContain("stopped; go on with");
    expect(polytempo(["resume", "int", "--quiet", "--slots", "1"], { cwd: folder }).code).toBe(0);
    expect(log("int")).toBe(log("toy"));
  });

  it("143 after SIGTERM, and kill -9 loses nothing either", async () => {
    const run = start(toyRun(["--name", "term"], ["--sleep", "20"]), folder);
    await run.seen("gen=1/3");
    process.kill(run.pid, "SIGTERM");
    expect((await run.ended).code).toBe(143);
    const again = start(["resume", "term"], folder);
    await again.seen("gen=2/3");
    process.kill(again.pid, "SIGKILL");
    await again.ended;
    expect(polytempo(["status", "term"], { cwd: folder }).out).toContain(
      "killed; go on with: polytempo resume runs/term",
    );
    expect(polytempo(["resume", "term", "--quiet"], { cwd: folder }).code).toBe(0);
    expect(log("term")).toBe(log("toy"));
  });

  it("4 for a run that another process has, which then obeys pause, unpause, retire and stop", async () => {
    const run = start(toyRun(["--name", "busy", "--steps", "4000", "--json"], ["--sleep", "5"]), folder);
    await run.seen('"type":"generation"');
    const second = polytempo(["resume", "busy"], { cwd: folder });
    expect(second.code).toBe(4);
    expect(second.err).toContain(`in use by process ${run.pid}`);
    expect(polytempo(["status", "busy"], { cwd: folder }).out).toContain(`running, process ${run.pid}`);
    for (const [request, event] of [
      ["pause", "pause"],
      ["unpause", "unpause"],
      ["retire busy m03", "retire"],
      ["stop", "stop"],
    ] as const) {
      const [name = "", ...words] = request.split(" ");
      const asked = polytempo([name, ...(words.length === 0 ? ["busy"] : words)], { cwd: folder });
      expect(asked.code).toBe(0);
      await run.seen(`"event":"${event}"`);
    }
    const { code, out } = await run.ended;
    expect(code).toBe(0);
    expect(JSON.parse(out.trim().split("\n").at(-1)!)).toMatchObject({
      type: "result",
      reason: "stopped",
      exit: 0,
    });
    expect(polytempo(["verify", "busy"], { cwd: folder }).code).toBe(0);
  });
});

describe("a run that cannot begin", () => {
  it("leaves no directory behind", () => {
    const args = toyRun(["--name", "absent"]).slice(0, -10);
    const { code, err } = polytempo([...args, "no-such-program", "{lr}", "{load}", "{save}"], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(err).toContain('no program "no-such-program" on PATH');
    expect(existsSync(join(folder, "runs", "absent"))).toBe(false);
  });
});

describe("--json", () => {
  it("writes numbered lines of the documented shape, and nothing else", async () => {
    const { code, out, err } = polytempo(toyRun(["--name", "json", "--json", "--slots", "1"]), {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(err).toBe("");
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { seq: number; type: string });
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index));
    expect(lines.map(({ type }) => type)).toEqual([
      "run",
      ...Array.from({ length: 3 }, () => ["member", "member", "member", "member", "generation"]).flat(),
      "result",
    ]);
    await expect(normalised(out, folder)).toMatchFileSnapshot(golden("run-json.txt"));
  });

  it("ends with an error event when the run fails", () => {
    const { code, out } = polytempo(
      toyRun(["--name", "jsonfail", "--json", "--retries", "0"], ["--crash", "late"]),
      {
        cwd: folder,
      },
    );
    expect(code).toBe(3);
    const last = JSON.parse(out.trim().split("\n").at(-1)!) as Record<string, unknown>;
    expect(last).toMatchObject({ v: 1, type: "event", event: "error" });
  });
});

describe("configurations", () => {
  it("run from YAML as from flags: the same log", () => {
    const yaml = `trainer:
  command: ${process.execPath} ${join(fixtures, "trainer.mjs")} --lr {lr} --load {load} --save {save} --until {until}
space: { lr: "loguniform(1e-3,0.5)" }
metric: loss:min
members: 4
interval: 10
steps: 90
seed: 7
`;
    writeFileSync(join(folder, "from-file.yaml"), yaml);
    const { code, out } = polytempo(["run", "from-file.yaml", "--steps", "30", "--quiet"], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain("stored     runs/from-file");
    expect(log("from-file")).toBe(log("toy"));
  });

  it("run from a TypeScript module, resume it, and replay its winner to the same value", () => {
    writeFileSync(
      join(folder, "typed.ts"),
      `import { defineTrainer, logUniform, searchSpace, type StopRule } from ${JSON.stringify(join(root, "dist", "index.js"))};
const stop: StopRule = { steps: 20 };
export default {
  trainer: defineTrainer<{ lr: number }, { x: number }>({
    init: () => ({ x: 3 }),
    train(state, h, steps) { for (let i = 0; i < steps; i++) state.x -= h.lr * state.x; },
    evaluate: ({ x }) => x * x,
    test: ({ x }) => ({ held: x + 1 }),
  }),
  space: searchSpace({ lr: logUniform(1e-3, 0.5) }),
  metric: "loss:min", members: 4, seed: 7, slow: { interval: 10 }, stop,
};
`,
    );
    const first = polytempo(["run", "typed.ts", "--quiet"], { cwd: folder });
    expect(first.err).toBe("");
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/test {7}held 1\b/);
    expect(polytempo(["resume", "typed", "--steps", "30", "--quiet"], { cwd: folder }).code).toBe(0);
    const best = JSON.parse(polytempo(["best", "typed", "--json"], { cwd: folder }).out) as {
      value: number;
      step: number;
    };
    expect(best.step).toBe(30);
    const replay = polytempo(["replay", "typed", "--json"], { cwd: folder });
    expect(JSON.parse(replay.out.trim().split("\n").at(-1)!)).toMatchObject({
      type: "result",
      reason: "replayed",
      best: { value: best.value },
    });
  });

  it("of a broken module show its line", () => {
    writeFileSync(
      join(folder, "broken.mjs"),
      `import { logUniform, searchSpace } from ${JSON.stringify(join(root, "dist", "index.js"))};
export const fine = 1;
export default {
  space: searchSpace({ lr: logUniform(1e-1, 1e-3) }),
};
`,
    );
    const { code, err } = polytempo(["run", "broken.mjs"], { cwd: folder });
    expect(code).toBe(2);
    expect(err).toMatch(
      /space\.lr: logUniform needs 0 < low < high, got low=0\.1, high=0\.001[\s\S]*broken\.mjs:4:10\n {4}4 \|/,
    );
  });
});

describe("init", () => {
  it("writes a project that runs, and overwrites nothing", () => {
    const place = join(folder, "project");
    expect(polytempo(["init", "project"], { cwd: folder }).code).toBe(0);
    expect(readdirSync(place).toSorted()).toEqual(["polytempo.yaml", "train.py"]);
    writeFileSync(join(place, "train.py"), "mine");
    expect(polytempo(["init", "project"], { cwd: folder }).err).toContain("kept     project/train.py");
    expect(readFileSync(join(place, "train.py"), "utf8")).toBe("mine");
    expect(polytempo(["run", "polytempo.yaml", "--dry-run"], { cwd: place }).out).toContain(
      "10 generations × 8 members",
    );
  });

  it("writes a TypeScript module that runs where no package is installed", () => {
    polytempo(["init", "typed-project", "--language", "typescript"], { cwd: folder });
    const { code, out } = polytempo(["run", "polytempo.config.ts", "--quiet"], {
      cwd: join(folder, "typed-project"),
    });
    expect(code).toBe(0);
    expect(Number(/loss (\S+)/.exec(out)![1])).toBeLessThan(0.5);
  });
});

describe("results", () => {
  it("copy a checkpoint out as files that may be changed, and never over others", () => {
    expect(polytempo(["best", "toy", "--copy-to", "model"], { cwd: folder }).code).toBe(0);
    const state = join(folder, "model", "state.json");
    expect((JSON.parse(readFileSync(state, "utf8")) as { step: number }).step).toBe(30);
    expect(statSync(state).mode & 0o200).toBe(0o200);
    expect(statSync(state).nlink).toBe(1);
    expect(polytempo(["best", "toy", "--copy-to", "model"], { cwd: folder }).code).toBe(4);
  });

  it("compare runs by what they cost and where they differ", async () => {
    polytempo(toyRun(["--name", "random", "--control", "random-search", "--quiet"]), { cwd: folder });
    const { out } = polytempo(["compare", "toy", "random"], { cwd: folder });
    await expect(out).toMatchFileSnapshot(golden("compare.txt"));
  });

  it("of a check fail a trainer that forgets its state", () => {
    const { code, out } = polytempo(
      "check --hp lr~loguniform(1e-3,0.5) --metric loss:min -- node TRAINER --lr {lr} --save {save} --until {until} --load  --ignored {load}"
        .split(" ")
        .map((word) => ({ node: process.execPath, TRAINER: join(fixtures, "trainer.mjs") })[word] ?? word),
      { cwd: folder },
    );
    expect(code).toBe(3);
    expect(out).toContain("✓ runs a first segment");
    expect(out).toMatch(/✗ [\s\S]*try:/);
    expect(out).toContain("The trainer does not pass yet.");
  });

  it("name the parts of this machine in doctor", () => {
    const { code, out } = polytempo(["doctor", "--json"], { cwd: folder });
    const { findings } = JSON.parse(out) as { findings: { name: string; status: string }[] };
    expect(code).toBe(0);
    expect(findings.map(({ name }) => name)).toEqual([
      "polytempo",
      "node",
      "machine",
      "store",
      "disk",
      "python",
      "numpy",
      "gpu",
      "terminal",
    ]);
    expect(findings.find(({ name }) => name === "store")!.status).toBe("ok");
    expect(existsSync(join(folder, ".polytempo-doctor"))).toBe(false);
  });
});

describe("the fold that views read", () => {
  for (const mode of ["synchronous", "asynchronous"] as const) {
    it(`agrees with the engine's own after a ${mode} run`, async () => {
      const directory = join(folder, "runs", mode);
      const trainer = defineTrainer<{ readonly lr: number }, { x: number }>({
        init: () => ({ x: 3 }),
        train: ({ x }, h, steps) => ({ x: x * (1 - h.lr) ** steps + 0.01 }),
        // The best rate lies at 0.05; the largest ones diverge.
        evaluate: (_state, h) => (h.lr > 0.3 ? Number.NaN : Math.log(h.lr / 0.05) ** 2),
      });
      await run(
        {
          trainer,
          space: searchSpace({ lr: logUniform(1e-3, 0.5) }),
          metric: "loss:min",
          members: 7,
          mode,
          seed: 7,
          slow: { interval: 10, selection: truncation({ fraction: 0.4 }) },
          stop: { steps: 80 },
        },
        { directory, slots: 2 },
      ).result;
      const reader = await openRunReader(directory);
      const progress = new Progress();
      progress.read(reader.decisions());
      const { state } = fold(reader.decisions(), mode);
      reader.close();
      const winner = state.final?.winner ?? state.best;
      expect(progress.best).toEqual(winner);
      expect(progress.generation).toBe(state.generation);
      expect(progress.end).toBe(state.ended);
      const best = winner!;
      expect(progress.bestAncestry()).toEqual(
        state.lineage.ancestry(best.member, best.generation).map((id) => progress.nameOf(id)),
      );
      expect(progress.bestAncestry().length).toBeGreaterThan(1);
      for (const member of state.population.members) {
        expect(progress.members.get(member.id)).toMatchObject({
          hyperparameters: member.hyperparameters,
          founder: member.founder,
          generation: member.generation,
          step: member.step,
        });
      }
    });
  }
});
