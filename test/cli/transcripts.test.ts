import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands, listed } from "../../src/cli/table/index.ts";
import { normalised, polytempo, root, scratch, toyRun } from "./polytempo.ts";

const { folder, remove } = scratch("transcripts");
afterAll(remove);

const golden = (name: string): string => join(root, "test", "cli", "golden", name);
const tell = (args: readonly string[]): string => {
  const { code, out, err } = polytempo(args, { cwd: folder });
  return normalised(`exit ${code}\n--- stdout\n${out}--- stderr\n${err}`, folder);
};

beforeAll(() => {
  expect(polytempo(toyRun(["--quiet"]), { cwd: folder }).code).toBe(0);
});

describe("help", () => {
  it("begins with an overview of at most 24 lines", async () => {
    const { out, code } = polytempo(["--help"]);
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n").length).toBeLessThanOrEqual(24);
    await expect(out).toMatchFileSnapshot(golden("help.txt"));
  });

  for (const { name } of listed) {
    it(`of ${name} fits 24 lines of 100 columns`, async () => {
      const { out, code } = polytempo([name, "--help"]);
      expect(code).toBe(0);
      const lines = out.trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(24);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
      await expect(out).toMatchFileSnapshot(golden(`help-${name}.txt`));
    });
  }

  it("of every flag is in the long text", () => {
    const { out } = polytempo(["help", "run"]);
    for (const option of commands.run.options) expect(out).toContain(`--${option.name}`);
  });
});

describe("a finished run", () => {
  const transcripts: Readonly<Record<string, readonly string[]>> = {
    status: ["status"],
    "status-json": ["status", "toy", "--json"],
    best: ["best", "runs/toy"],
    "best-json": ["best", "--json"],
    schedule: ["schedule"],
    "schedule-csv": ["schedule", "--csv"],
    "schedule-json": ["schedule", "--json", "--member", "m01"],
    verify: ["verify"],
    "verify-json": ["verify", "--json"],
    export: ["export", "toy"],
    "export-samples": ["export", "toy", "--samples"],
    "run-taken": toyRun(["--dir", "runs/toy"]),
    "resume-ended": ["resume", "toy"],
    "stop-ended": ["stop", "toy"],
    "dry-run": toyRun(["--dry-run"]),
    "dry-run-json": toyRun(["--dry-run", "--json"]),
  };
  for (const [name, args] of Object.entries(transcripts)) {
    it(`is told by ${name}`, async () => {
      await expect(tell(args)).toMatchFileSnapshot(golden(`${name}.txt`));
    });
  }

  it("exports the decision log byte for byte, the same for another number of slots", () => {
    polytempo(toyRun(["--quiet", "--name", "one", "--slots", "1"]), { cwd: folder });
    const [two, one] = ["toy", "one"].map(
      (run) => polytempo(["export", run, "--to", "jsonl"], { cwd: folder }).out,
    );
    expect(two!.split("\n").length).toBeGreaterThan(20);
    expect(one).toBe(two);
  });

  it("is written to a file with -o", () => {
    polytempo(["schedule", "toy", "--csv", "-o", "schedule.csv"], { cwd: folder });
    expect(readFileSync(join(folder, "schedule.csv"), "utf8")).toBe(
      polytempo(["schedule", "toy", "--csv"], { cwd: folder }).out,
    );
  });
});

describe("errors", () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    "error-command": ["statsu"],
    "error-flags": ["run", "--memebrs", "3", "--steps", "many", "--mode", "asinc", "--seed"],
    "error-missing": ["run"],
    "error-module": ["run", "nosuch.mts"],
    "error-file": ["run", "nosuch.yaml"],
    "error-plan": ["run", "--members", "4", "--", "train"],
    "error-space": [
      "run",
      "--hp",
      "lr~loguniform(1,1e-3)",
      "--hp",
      "x~ordinl(1)",
      "--metric",
      "loss",
      "--",
      "train",
    ],
    "error-run": ["status", "tooy"],
    "error-member": ["best", "toy", "--member", "m9"],
    "error-retire": ["retire", "toy"],
    "error-compare": ["compare", "toy"],
  };
  for (const [name, args] of Object.entries(cases)) {
    it(`are told by ${name}`, async () => {
      await expect(tell(args)).toMatchFileSnapshot(golden(`${name}.txt`));
    });
  }

  it("show the way when nothing is said", () => {
    const { code, err, out } = polytempo([]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("polytempo COMMAND --help");
  });
});
