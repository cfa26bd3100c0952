import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parseText } from "../../src/cli/config/document.ts";
import { readSettings } from "../../src/cli/config/fields.ts";
import { settingsOfFlags } from "../../src/cli/config/flags.ts";
import { settingsOfModule } from "../../src/cli/config/moduleSettings.ts";
import { freeName, nameFrom, slug } from "../../src/cli/config/name.ts";
import { parseRequirement } from "../../src/cli/config/require.ts";
import { parseRule } from "../../src/cli/config/rule.ts";
import { layered } from "../../src/cli/config/settings.ts";
import { shellWords } from "../../src/cli/config/words.ts";
import { parse } from "../../src/cli/parse.ts";
import { commands, listed } from "../../src/cli/table/index.ts";
import { rules } from "../../src/cli/table/rules.ts";
import { UsageError } from "../../src/errors/index.ts";
import { fitnessFrom, mutationFrom, registry, selectionFrom, type Spec } from "../../src/population/index.ts";
import { searchSpaceFromConfig } from "../../src/space/index.ts";

const folder = mkdtempSync(join(tmpdir(), "polytempo-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string): ReturnType<typeof readSettings> =>
  readSettings(parseText("a.yaml", text), searchSpaceFromConfig);

const problemsOf = (text: string): readonly string[] => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
};

describe("a configuration file", () => {
  it("reads every setting", () => {
    const { space, ...rest } = read(`
name: all
trainer:
  command: python "my train.py" --lr {lr} --save {save}
  level: 1
  metric-regex: 'loss=(.*)'
  timeout: 15m
  restart: true
  env: { DEBUG: 1 }
space:
  lr: loguniform(1e-5, 1e-1)
  net: { width: "ordinal(16, 32)" }
metric: { name: loss, goal: minimize }
population_size: 8
seed: 7
founders: [{ lr: 0.1, net.width: 16 }]
interval: auto
mode: async
stop: { steps: 100, patience: 3 }
time: 2h
selection: truncation(fraction=0.3)
mutation: { kind: gaussian, sigma: 0.2 }
control: random-search
retries: 0
min_alive: 2
slots: 2
gpus: 0,1
dir: out
keep: last
disk-budget: 20GB
require: loss<=0.05
`);
    expect(space?.names).toEqual(["lr", "net.width"]);
    expect(rest).toEqual({
      name: "all",
      command: {
        command: ["python", "my train.py", "--lr", "{lr}", "--save", "{save}"],
        level: 1,
        metricRegex: "loss=(.*)",
        timeoutMs: 900_000,
        restart: true,
        env: { DEBUG: "1" },
      },
      metric: { name: "loss", mode: "min" },
      members: 8,
      seed: 7,
      founders: [{ lr: 0.1, "net.width": 16 }],
      interval: "auto",
      mode: "asynchronous",
      stop: { steps: 100, patience: 3, seconds: 7200 },
      selection: { kind: "truncation", fraction: 0.3 },
      mutation: { kind: "gaussian", sigma: 0.2 },
      control: "random-search",
      retries: 0,
      minAlive: 2,
      slots: 2,
      gpus: ["0", "1"],
      directory: "out",
      keep: "last",
      diskBudgetBytes: 20e9,
      require: "loss<=0.05",
    });
  });

  it("reads JSON, Ray's metric and mode, and W&B's parameters", () => {
    const settings = read(
      '{"metric": "acc", "mode": "max", "parameters": {"lr": {"min": 0.001, "max": 0.1}}, "command": ["a", 1]}',
    );
    expect(settings.metric).toEqual({ name: "acc", mode: "max" });
    expect(settings.space?.names).toEqual(["lr"]);
    expect(settings.command?.command).toEqual(["a", "1"]);
  });

  it("names all its problems, each with its line", () => {
    expect(
      problemsOf(`members: many
space:
  lr: loguniform(1, 1e-3)
  layers:
    width: ordinl(1,2)
metrc: loss:min
steps: 0
stop: { setps: 3 }
selection: truncatoin(fraction=0.2)
mutation: gaussian(sigma=-1)
mode: sink
trainer:
  comand: x
`),
    ).toEqual([
      'members: needs a whole number of at least 1, got "many"\n  a.yaml:1:10\n    1 | members: many\n      |          ^^^^',
      "space.layers.width: ordinl(1,2), character 1: no law is called ordinl. Did you mean ordinal?\n  a.yaml:5:12\n    5 |     width: ordinl(1,2)\n      |            ^^^^^^^^^^^",
      "space.lr: logUniform needs 0 < low < high, got low=1, high=0.001. Swap the bounds?\n  a.yaml:3:7\n    3 |   lr: loguniform(1, 1e-3)\n      |       ^^^^^^^^^^^^^^^^^^^",
      'metrc: unknown key. Did you mean "metric"?\n  a.yaml:6:8\n    6 | metrc: loss:min\n      |        ^^^^^^^^',
      "steps: needs a whole number of at least 1, got 0\n  a.yaml:7:8\n    7 | steps: 0\n      |        ^",
      'stop.setps: unknown key. Did you mean "steps"?\n  a.yaml:8:16\n    8 | stop: { setps: 3 }\n      |                ^',
      expect.stringContaining("truncatoin"),
      expect.stringMatching(/sigma.*\n {2}a\.yaml:10:11/),
      'mode: needs one of sync, async, got "sink".\n  a.yaml:11:7\n   11 | mode: sink\n      |       ^^^^',
      'trainer.comand: unknown key. Did you mean "command"?\n  a.yaml:13:11\n   13 |   comand: x\n      |           ^',
    ]);
  });

  it("says that laws with commas need quotes within braces", () => {
    expect(problemsOf("space: { width: ordinal(16, 32) }")[0]).toContain(
      'In { … }, quote laws: "ordinal(16, 32)"',
    );
  });

  it("points at syntax errors and double keys", () => {
    expect(problemsOf("a: [1,\n b: 2")[0]).toContain("a.yaml:2:");
    expect(problemsOf("seed: 1\nseed: 2")[0]).toMatch(/unique[\s\S]*a\.yaml:2:1/);
    expect(problemsOf("members: 3\npopulation: 4")[0]).toContain("population: the same as members");
    expect(problemsOf("just text")[0]).toContain("needs keys");
  });
});

describe("settings", () => {
  it("of flags override those of a file, one by one", () => {
    const file = read("members: 8\nsteps: 100\ntarget: 0.5\ntrainer: { command: x, timeout: 5 }");
    const flags = settingsOfFlags({ members: 16, steps: 50, "metric-regex": "(.*)" });
    expect(layered(file, flags)).toEqual({
      members: 16,
      stop: { steps: 50, target: 0.5 },
      command: { command: ["x"], timeoutMs: 5000, metricRegex: "(.*)" },
    });
  });

  it("of flags name all their problems", () => {
    expect(() =>
      settingsOfFlags({ metric: "loss", selection: "truncation(0.2)", interval: "often", require: "good" }),
    ).toThrow(
      [
        '--metric: needs NAME:min or NAME:max, got "loss". Try "loss:min" if less is better, "loss:max" if more is',
        '--selection: needs options as name=value, got "0.2" in "truncation(0.2)"',
        '--interval: needs a number of steps or auto, got "often"',
        "--require: needs a condition such as 'loss<=0.05', got \"good\"",
      ].join("\n"),
    );
  });

  it("of a module name every unknown key", () => {
    expect(() => settingsOfModule("a.mjs", { memebrs: 3, slow: { intervall: 1 }, trainer: {} })).toThrow(
      [
        'a.mjs: memebrs: unknown key. Did you mean "members"?',
        'a.mjs: slow.intervall: unknown key. Did you mean "interval"?',
        "a.mjs: trainer: needs a trainer, made with defineTrainer or commandTrainer",
      ].join("\n"),
    );
  });
});

describe("small languages", () => {
  it("rules are calls with named options", () => {
    expect(parseRule("truncation")).toEqual({ kind: "truncation" });
    expect(parseRule(" pbt-perturb(factors=[0.8, 1.2], resample=0.25) ")).toEqual({
      kind: "pbtPerturb",
      factors: [0.8, 1.2],
      resample: 0.25,
    });
    expect(parseRule("1+1")).toHaveProperty("problem");
  });

  it("requirements compare a metric with a number", () => {
    expect(parseRequirement("loss <= 5e-2")?.meets(0.05)).toBe(true);
    expect(parseRequirement("loss<0.05")?.meets(0.05)).toBe(false);
    expect(parseRequirement("val/acc>=0.9")).toMatchObject({ metric: "val/acc", text: "val/acc>=0.9" });
    expect(parseRequirement("loss = 3")).toBeNull();
  });

  it("command lines split as a shell splits them", () => {
    expect(shellWords(`python 'my train.py' --s "a \\"b\\" c" x\\ y ''`)).toEqual([
      "python",
      "my train.py",
      "--s",
      'a "b" c',
      "x y",
      "",
    ]);
    expect(shellWords("echo 'open")).toBeNull();
  });
});

describe("names of runs", () => {
  it("come from the file or the program, made safe for a directory", () => {
    expect(nameFrom("conf/spirals.config.ts", undefined)).toBe("spirals");
    expect(nameFrom(undefined, ["python3", "src/train.py", "--lr", "{lr}"])).toBe("train");
    expect(nameFrom(undefined, ["./my trainer"])).toBe("my-trainer");
    expect(slug("../../etc/passwd")).toBe("etc-passwd");
    expect(slug("…")).toBe("run");
  });

  it("get a number when they are taken", () => {
    expect(freeName("a", folder)).toBe("a");
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a-2"), "");
    expect(freeName("a", folder)).toBe("a-3");
  });
});

describe("what help and documentation show", () => {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))]
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join(root, name), "utf8"));
  const texts = [...pages, ...Object.values(commands).flatMap(({ more }) => [...more])].join("\n");

  it("names every rule and its options as they are", () => {
    const named = (entries: Readonly<Record<string, { readonly options: readonly string[] }>>): object =>
      Object.fromEntries(Object.entries(entries).map(([name, { options }]) => [name, options]));
    expect(rules).toEqual({
      selection: named(registry.selection),
      mutation: named(registry.mutation),
      fitness: named(registry.fitness),
    });
  });

  it("are rules that exist", () => {
    const builders = { selection: selectionFrom, mutation: mutationFrom, fitness: fitnessFrom };
    const shown = [...texts.matchAll(/--(selection|mutation|fitness) (?:'([^']+)'|([a-z]\w*))/g)];
    for (const [, kind, quoted, bare] of shown) {
      const parsed = parseRule((quoted ?? bare)!) as Spec;
      expect(builders[kind as keyof typeof builders](parsed).spec.kind).toBe(parsed.kind);
    }
    expect(shown.length).toBeGreaterThan(6);
  });

  for (const command of listed) {
    it(`are examples of ${command.name} that its flags allow`, () => {
      const calls = command.examples.flatMap((example) =>
        example.command
          .split(/ (?:&&|\||>) |<\(/)
          .filter((part) => part.trim().startsWith(`polytempo ${command.name}`)),
      );
      for (const call of calls) {
        const [, , ...words] = shellWords(call.replace(/\)$/, ""))!;
        expect(() => parse(command.name as keyof typeof commands, words)).not.toThrow();
      }
    });
  }
});
