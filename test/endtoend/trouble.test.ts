import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Outcome, polytempo, root, scratch, start } from "../cli/polytempo.ts";
import { toyPopulation } from "./toy.ts";

/** Many processes one after another: on a busy machine a test takes a minute. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const { folder, remove } = scratch("trouble");
afterAll(remove);

const toyFlags = (name: string, more: string = ""): string[] =>
  `--members 4 --steps 16 --seed 5 --slots 2 --quiet --name ${name} ${more}`.trim().split(" ");
const log = (name: string): string => polytempo(["export", name, "--to", "jsonl"], { cwd: folder }).out;

/** The environment in which a fixture changes what the command line finds of the system. */
const under = (fixture: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(root, "test", "endtoend", "fixtures", fixture)).href}`,
  ...more,
});

/** Exit code 4, nothing on stdout, and an error that holds all of these. */
function refused({ code, out, err }: Outcome, ...parts: string[]): void {
  expect({ code, out, err }).toEqual({ code: 4, out: "", err: expect.stringMatching(/^error: /) as string });
  for (const part of parts) expect(err).toContain(part);
  expect(err).not.toMatch(/^ {4}at /m);
}

let calm = "";
beforeAll(() => {
  chmodSync(folder, 0o755);
  expect(polytempo(toyPopulation("module", toyFlags("calm")), { cwd: folder }).code).toBe(0);
  calm = log("calm");
});

describe("a full disk ends the run with exit code 4, and a resume with room gives the undisturbed log", () => {
  it("when run.db cannot grow", () => {
    const env = under("full_disk.mjs", { FULL_DISK_PAGES: "12" });
    const population = (name: string): string[] =>
      toyPopulation("module", `--members 12 --steps 80 --seed 5 --quiet --name ${name}`.split(" "));
    const run = polytempo(population("full"), { cwd: folder, env });
    refused(run, "run.db: the disk (or its quota) is full", "Nothing committed is lost", "polytempo resume");
    const before = log("full");
    expect(before).toContain('"kind":"generation"');
    expect(polytempo(["resume", "full", "--quiet"], { cwd: folder }).code).toBe(0);
    expect(polytempo(population("roomy"), { cwd: folder }).code).toBe(0);
    const undisturbed = log("roomy");
    expect(undisturbed.startsWith(before)).toBe(true);
    expect(log("full")).toBe(undisturbed);
  });

  it("when trainers fail because no block is free: the members are not to blame", () => {
    const script = "import sys; sys.exit('OSError: [Errno 28] No space left on device')";
    const args = [
      ..."run --hp x~uniform(0,1) --metric q:max --interval 4".split(" "),
      ...toyFlags("no-room", "--restart"),
      "--",
      "python3",
      "-c",
      script,
      "{x}",
    ];
    const env = under("no_room.mjs");
    refused(
      polytempo(args, { cwd: folder, env }),
      "the disk is full",
      "failed with: the trainer exited with code 1",
      "then resume",
    );
    expect(log("no-room")).not.toContain('"failed"');
  });

  it("when checkpoints outgrow --disk-budget", () => {
    const run = polytempo(toyPopulation("module", toyFlags("budget", "--disk-budget 100")), { cwd: folder });
    refused(run, "disk budget", "Nothing is lost", "raise the budget, then resume");
    expect(polytempo(["resume", "budget", "--quiet", "--disk-budget", "1MB"], { cwd: folder }).code).toBe(0);
    expect(log("budget")).toBe(calm);
  });
});

describe("a place that may not be written", () => {
  it("is refused for a new run", () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    const args = toyPopulation("module", toyFlags("x", `--dir ${join(closed, "run")}`));
    refused(
      polytempo(args, { cwd: folder, env: under("ordinary_user.mjs") }),
      "closed/run: may not be written",
      "--dir",
    );
    expect(readdirSync(closed)).toEqual([]);
  });

  it("is refused for a resume, and left as it is", () => {
    polytempo(toyPopulation("module", toyFlags("locked")), { cwd: folder });
    const directory = join(folder, "runs", "locked");
    chmodSync(join(folder, "runs"), 0o755);
    chmodSync(join(directory, "run.db"), 0o444);
    chmodSync(directory, 0o555);
    const env = under("ordinary_user.mjs");
    const before = readFileSync(join(directory, "run.db"));
    refused(
      polytempo(["resume", "locked", "--steps", "20"], { cwd: folder, env }),
      "locked",
      "may not be written",
    );
    expect(readFileSync(join(directory, "run.db")).equals(before)).toBe(true);
    chmodSync(directory, 0o755);
  });
});

describe("a damaged run.db is refused by every command, and left as it is", () => {
  const commands = ["resume", "verify", "status", "best", "schedule", "export --to jsonl"];
  const path = (name: string): string => join(folder, "runs", name, "run.db");

  it.each([
    ["truncated", (whole: Buffer) => whole.subarray(0, 8192)],
    ["empty", () => Buffer.alloc(0)],
    ["text", () => Buffer.from("name: my run\n".repeat(900))],
  ])("%s", (kind, damage) => {
    polytempo(toyPopulation("module", toyFlags(kind)), { cwd: folder });
    const damaged = damage(readFileSync(path(kind)));
    writeFileSync(path(kind), damaged);
    for (const command of commands) {
      const [name = "", ...flags] = command.split(" ");
      const outcome = polytempo([name, kind, ...flags], { cwd: folder });
      refused(outcome, `runs/${kind}`, "damaged, or not a run of Polytempo", "Nothing was changed");
    }
    expect(readFileSync(path(kind)).equals(damaged)).toBe(true);
  });
});

describe("a run directory that is not free", () => {
  it("because a run lies there already", () => {
    const args = toyPopulation("module", toyFlags("y", "--dir runs/calm"));
    refused(polytempo(args, { cwd: folder }), "runs/calm: exists already", "polytempo resume runs/calm");
    expect(log("calm")).toBe(calm);
  });

  it("because another process runs it", async () => {
    const words = toyPopulation("level 3", toyFlags("busy")).slice(0, -1);
    const script = join(root, "test", "endtoend", "fixtures", "patient.py");
    const run = start([...words, script, join(folder, "go")], folder);
    try {
      await expect
        .poll(() => polytempo(["status", "busy"], { cwd: folder }).out, { timeout: 30_000, interval: 200 })
        .toContain(`running, process ${run.pid}`);
      refused(polytempo(["resume", "busy"], { cwd: folder }), `in use by process ${run.pid}`);
    } finally {
      writeFileSync(join(folder, "go"), "");
    }
    expect((await run.ended).code).toBe(0);
    expect(log("busy").trim().split("\n").at(-1)).toContain('"kind":"end"');
  });
});

describe("a configuration that does not match the run", () => {
  const dist = pathToFileURL(join(root, "dist", "index.js")).href;
  const configuration = (space: string, members: number, fraction: number): string => `
    import { defineTrainer, logUniform, searchSpace, truncation, uniform } from "${dist}";
    export default {
      trainer: defineTrainer({ init: () => ({ x: 1 }), train: () => {}, evaluate: ({ x }, h) => x * h.lr }),
      space: searchSpace({ ${space} }),
      metric: "q:max",
      members: ${members},
      slow: { interval: 4, selection: truncation({ fraction: ${fraction} }) },
    };`;
  const write = (...parts: Parameters<typeof configuration>): void =>
    writeFileSync(join(folder, "changing.mjs"), configuration(...parts));

  it("is refused by resume with every difference, and nothing is changed", () => {
    write("lr: logUniform(1e-4, 1)", 4, 0.25);
    expect(polytempo(["run", "changing.mjs", "--steps", "8", "--quiet"], { cwd: folder }).code).toBe(0);
    const before = log("changing");
    write("lr: logUniform(1e-3, 1), momentum: uniform(0, 1)", 6, 0.5);
    const outcome = polytempo(["resume", "changing", "--steps", "16"], { cwd: folder });
    refused(outcome, "what fixes the run's decisions differs", "members: the run has 4, now 6");
    for (const place of ["space", "rules.selection.fraction: the run has 0.25, now 0.5"]) {
      expect(outcome.err).toContain(place);
    }
    expect(log("changing")).toBe(before);
  });

  it("is none where a flag overrode the configuration when the run began", () => {
    write("lr: logUniform(1e-4, 1)", 4, 0.25);
    const flags = "--members 5 --steps 8 --quiet --name overridden".split(" ");
    expect(polytempo(["run", "changing.mjs", ...flags], { cwd: folder }).code).toBe(0);
    expect(polytempo(["resume", "overridden", "--steps", "12", "--quiet"], { cwd: folder }).code).toBe(0);
    expect(log("overridden").match(/"kind":"evaluation"/g)).toHaveLength(15);
    write("lr: logUniform(1e-4, 1)", 4, 0.5);
    refused(
      polytempo(["resume", "overridden", "--steps", "16"], { cwd: folder }),
      "rules.selection.fraction: the run has 0.25, now 0.5",
    );
  });
});
