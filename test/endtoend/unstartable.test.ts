import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { type Outcome, polytempo, root, scratch } from "../cli/polytempo.ts";

vi.setConfig({ testTimeout: 240_000 });

const { folder, remove } = scratch("unstartable");
afterAll(remove);

const toy = readFileSync(join(root, "examples", "python", "toy_arguments.py"), "utf8");
const space = "--hp h0~uniform(0,1) --hp h1~uniform(0,1) --metric q:max".split(" ");
const budget = "--members 12 --interval 4 --steps 8 --seed 5 --slots 2 --quiet".split(" ");
const placeholders = "--h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}".split(" ");

const run = (name: string, ...command: readonly string[]): Outcome =>
  polytempo(["run", ...space, ...budget, "--name", name, "--", ...command, ...placeholders], { cwd: folder });
const log = (name: string): string => polytempo(["export", name, "--to", "jsonl"], { cwd: folder }).out;

/** How many attempts the trainers' logs tell of. */
function attempts(name: string): number {
  const logs = join(folder, "runs", name, "logs");
  return readdirSync(logs)
    .map((file) => readFileSync(join(logs, file), "utf8").match(/generation \d+, attempt \d+/g)?.length ?? 0)
    .reduce((a, b) => a + b, 0);
}

describe("a command that cannot be started", () => {
  it.each([
    ["program", ["polytempo-no-such-program"], 'no program "polytempo-no-such-program" on PATH'],
    ["script", ["python3", "nosuch.py"], "there is no script nosuch.py (looked from "],
    ["node script", ["node", "lib/nosuch.mjs"], "there is no script lib/nosuch.mjs (looked from "],
  ])("because its %s is not there is refused, and no run is made", (_, command, problem) => {
    const { code, out, err } = run("refused", ...command);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(`error: command: ${problem}`);
    expect(existsSync(join(folder, "runs", "refused"))).toBe(false);
  });
});

describe("a script that fails in every member before it reports anything", () => {
  it.each([
    ["import", "import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module'"],
    [
      "argument",
      toy.replace('"--h1", type=float, required=True', '"--H1", type=float'),
      "error: unrecognized arguments: --h1 0.",
    ],
  ])(
    "(%s) ends the run after a few attempts, with its words; mended, a resume gives the undisturbed log",
    (kind, broken, words) => {
      const script = join(folder, `${kind}.py`);
      writeFileSync(script, broken);
      const { code, out, err } = run(kind, "python3", script);
      expect({ code, out }).toEqual({ code: 3, out: "" });
      expect(err).toMatch(
        /^error: population: every first attempt failed in the same way, and nothing was rep/,
      );
      expect(err).toContain("m00, generation 1: the trainer exited with code ");
      expect(err).toContain(words);
      expect(err).toContain("Mend the trainer and resume, or start another run");
      expect(err).toContain(`logs: runs/${kind}/logs`);
      expect(attempts(kind)).toBeGreaterThanOrEqual(3);
      expect(attempts(kind)).toBeLessThanOrEqual(4);
      expect(log(kind)).not.toContain('"kind":"evaluation"');
      const status = polytempo(["status", kind], { cwd: folder }).out;
      expect(status).toContain(`state      stopped; go on with: polytempo resume runs/${kind}\n`);
      expect(status).toContain(
        "why        every first attempt failed in the same way: mend the trainer first\n",
      );

      writeFileSync(script, toy);
      expect(polytempo(["resume", kind, "--quiet"], { cwd: folder })).toMatchObject({ code: 0, err: "" });
      expect(run(`${kind}-calm`, "python3", script).code).toBe(0);
      expect(log(kind)).toBe(log(`${kind}-calm`));
      expect(polytempo(["verify", kind], { cwd: folder }).code).toBe(0);
      expect(polytempo(["replay", kind, "--quiet"], { cwd: folder }).code).toBe(0);
    },
  );

  it("(metric) too, when it prints other numbers in each member, and is told how they can be read", () => {
    const script = join(folder, "metric.py");
    writeFileSync(
      script,
      toy.replace('print("polytempo " + json.dumps({"step": state["step"], "q": q}))', 'print("q:", q)'),
    );
    const { code, err } = run("metric", "python3", script);
    expect(code).toBe(3);
    expect(err).toContain(`Its output has "q: " before a number: --metric-regex 'q: ([-+.\\w]+)' reads that`);
    expect(attempts("metric")).toBeLessThanOrEqual(4);
    expect(log("metric")).not.toContain('"kind":"evaluation"');
  });
});
