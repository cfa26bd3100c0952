import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { interventionLines } from "../../src/cli/record/interventions.ts";
import { resume, run } from "../../src/engine/index.ts";
import { logUniform, searchSpace } from "../../src/space/index.ts";
import { defineTrainer, vectorisedTrainer } from "../../src/trainers/index.ts";
import { cloudOptions, cloudSpace } from "../../src/trainers/vectorised/fixtures.ts";
import { polytempo, root, scratch, toyRun } from "./polytempo.ts";

const { folder, remove } = scratch("standing");
afterAll(remove);

const trainer = defineTrainer<{ readonly lr: number }, { x: number }>({
  init: () => ({ x: 3 }),
  train: ({ x }, h, steps) => ({ x: x * (1 - h.lr) ** steps + h.lr }),
  evaluate: ({ x }) => ({ loss: x * x }),
  // Between the finalists lies something better than any of them.
  merge: () => ({ x: 0 }),
});
const request = {
  trainer,
  space: searchSpace({ lr: logUniform(1e-3, 0.5) }),
  metric: "loss:min",
  members: 5,
  seed: 3,
  slow: { interval: 10 },
  stop: { steps: 60 },
} as const;

const status = (name: string): string => polytempo(["status", name], { cwd: folder }).out;

describe("a run that a program began", () => {
  const directory = join(folder, "runs", "program");
  const module = join(folder, "program.mjs");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "polytempo"), "dir");
  writeFileSync(
    module,
    `import { defineTrainer, logUniform, run, searchSpace } from "polytempo";
const trainer = defineTrainer({
  init: () => ({ x: 3 }),
  train: ({ x }, h, steps) => ({ x: x * (1 - h.lr) ** steps + h.lr }),
  evaluate: ({ x }) => ({ loss: x * x }),
});
await run({ trainer, space: searchSpace({ lr: logUniform(1e-3, 0.5) }), metric: "loss:min", stop: { steps: 60 },
  slow: { interval: 10 } }, { directory: ${JSON.stringify(directory)} }).result;
`,
  );

  it("is gone on with as the messages say, and none of them leads back to another", async () => {
    await run(request, { directory }).result;
    await expect(run(request, { directory }).result).rejects.toThrow(
      `holds a run already. Go on with it in a program: resume(${JSON.stringify(directory)}, { trainer }) in place of run(…)`,
    );
    const unnamed = polytempo(["resume", "program"], { cwd: folder });
    expect(unnamed.code).toBe(2);
    expect(unnamed.err).toContain('Go on in that program, with resume("runs/program", { trainer })');
    const itself = polytempo(["resume", "program", "program.mjs"], { cwd: folder });
    expect(itself.code).toBe(2);
    expect(itself.err).toContain("program.mjs: begins a run itself while it is read.");
    expect(itself.err).toContain("write export default { trainer, space, metric, … } and leave run(…) out");
    const further = await resume(directory, { trainer, stop: { steps: 90 } }).result;
    expect(further.reason).toBe("steps");
    expect(status("program")).toContain("90 of 90 steps");
  });

  it("says that its rule of stopping was changed, and by whose hand nothing was", () => {
    const text = status("program");
    expect(text).toContain("changed    the rule of stopping was changed (60 → 90 steps)");
    expect(text).not.toContain("by hand");
  });

  it("has its soup in status and in best, with the place of its state", async () => {
    const soup = (await resume(directory, { trainer }).result).soup!;
    expect(soup.mean).toBe(0);
    const words = `soup       the mean of ${soup.of.length} finalists' states measures better: loss 0`;
    expect(status("program")).toContain(words);
    const { out } = polytempo(["best", "program"], { cwd: folder });
    expect(out).toMatch(new RegExp(`${words}\n {11}runs/program/checkpoints/\\S+`));
    const told = JSON.parse(polytempo(["best", "program", "--json"], { cwd: folder }).out) as {
      soup: { mean: number; checkpoint: { directory: string } };
    };
    expect(told.soup.mean).toBe(0);
    expect(readdirSync(told.soup.checkpoint.directory)).toEqual(["state.bin"]);
  });
});

describe("best of a vectorised run", () => {
  it("copies the file of all members out, and says which row was its own", async () => {
    const directory = join(folder, "runs", "rows");
    const { best } = await run(
      {
        trainer: vectorisedTrainer(cloudOptions),
        space: cloudSpace,
        metric: "loss:min",
        members: 4,
        slow: { interval: 5 },
        stop: { steps: 10 },
      },
      { directory },
    ).result;
    const { out } = polytempo(["best", "rows", "--copy-to", "model"], { cwd: folder });
    const { row, ...note } = JSON.parse(
      readFileSync(join(folder, "model", "polytempo-row.json"), "utf8"),
    ) as {
      row: number;
    };
    expect(note).toEqual({ member: `m0${best!.member}`, step: best!.step });
    expect(out).toContain(`, row ${row}\n`);
    expect(out).toContain(`copied     model   the files hold several members: this one is row ${row} (`);
  });
});

describe("status", () => {
  it("of an asynchronous run counts the steps and values of all members", async () => {
    const directory = join(folder, "runs", "alone");
    await run({ ...request, mode: "asynchronous" }, { directory, slots: 2 }).result;
    const told = JSON.parse(polytempo(["status", "alone", "--json"], { cwd: folder }).out) as {
      generation: number;
      quantiles: number[];
      members: { value: number }[];
    };
    const values = told.members.map(({ value }) => value).toSorted((a, b) => a - b);
    expect(told.generation).toBe(6);
    // Five members: the quantiles of a quarter each are the values themselves.
    expect(told.quantiles).toEqual(values);
    expect(new Set(values).size).toBeGreaterThan(1);
    expect(status("alone")).toMatch(/decision 6\/6 +█+ +100 % +60 of 60 steps/);
  });

  it("and the live header name an interval that the run fits itself", () => {
    const flags = ["--name", "fitted", "--quiet", "--interval", "auto"];
    expect(polytempo(toyRun(flags), { cwd: folder }).code).toBe(0);
    expect(status("fitted").split("\n")[0]).toMatch(/· interval \d+ \(auto\)$/);
    expect(polytempo(toyRun(["--name", "given", "--quiet"]), { cwd: folder }).code).toBe(0);
    expect(status("given")).not.toContain("(auto)");
  });

  it("tells what hands changed apart from a longer run, in the right number", () => {
    const longer = { from: { steps: 600 }, to: { steps: 900 } };
    expect(interventionLines({ interventions: 0, stopChanges: [] })).toEqual([]);
    expect(interventionLines({ interventions: 2, stopChanges: [longer] })).toEqual([
      "changed    the rule of stopping was changed (600 → 900 steps)",
      "flagged    1 intervention by hand changed decisions",
    ]);
    const target = { from: { steps: 900 }, to: { steps: 900, target: 0.001 } };
    expect(interventionLines({ interventions: 4, stopChanges: [longer, target] })).toEqual([
      "changed    the rule of stopping was changed (600 → 900 steps, then – → 0.001 target)",
      "flagged    2 interventions by hand changed decisions",
    ]);
  });
});
