import { mkdtempSync, readFileSync, rmSync, statSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { outcomeOfExit } from "./exit.ts";
import { type CommandTrainerOptions, checkPlaceholders, planCommand } from "./options.ts";
import { outputLog } from "./outputLog.ts";
import { parseNumber, stdoutMetrics } from "./stdoutMetrics.ts";
import { fill, placeholdersIn, shellQuote } from "./template.ts";

const folder = mkdtempSync(join(tmpdir(), "polytempo-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = (options: CommandTrainerOptions) => planCommand(options, "/");
const full = ["train", "{lr}", "{load}", "{save}", "{until}"];

describe("templates", () => {
  const values = {
    hyperparameters: { lr: 1e-7, "opt.momentum": 0.1 + 0.2, kind: "adam w", nesterov: true },
    load: "",
    save: "/runs/x/save",
    until: 50,
    seed: 7,
    member: "m07",
  };

  it("fill in hyperparameters, nested ones too, and the segment's facts", () => {
    const text = "--lr={lr} {opt.momentum} {kind} {nesterov} [{load}] {save} {until}={step} {seed} {member}";
    expect(fill(text, values)).toBe("--lr=1e-7 0.30000000000000004 adam w true [] /runs/x/save 50=50 7 m07");
  });

  it("leave {{name}} as {name}, and braces that hold no name as they are", () => {
    expect(fill('{{lr}} {"a":{"b":{}}} ${1} {}', values)).toBe('{lr} {"a":{"b":{}}} ${1} {}');
    expect(placeholdersIn('{{lr}} {"a":1} {save}')).toEqual(["save"]);
  });

  it("never change a number on its way: text and back is the same double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (lr) => {
        const text = fill("{lr}", { ...values, hyperparameters: { lr } });
        expect(Number(text)).toBe(lr === 0 ? 0 : lr);
      }),
    );
  });

  it("quote for a shell whatever a value holds", () => {
    expect(shellQuote("it's $HOME; rm")).toBe("'it'\\''s $HOME; rm'");
  });
});

describe("command options", () => {
  it.each([
    [{ command: full }, "arguments"],
    [{ command: ["train"], restart: true }, "arguments"],
    [{ command: ["train"] }, "channel"],
    [{ command: ["train"], resident: false }, "environment"],
    [{ command: ["train", "{member}"], level: 2 }, "environment"],
    [{ command: ["train"], level: 3 }, "resident"],
    [{ command: ["train"], resident: true }, "resident"],
  ] as const)("%j run in mode %s", (options, mode) => {
    expect(plan(options).mode).toBe(mode);
  });

  it.each([
    [{ command: [] }, "command: needs a program to run"],
    [{ command: ["train", "{lr}", "{save}"] }, "command: has no {load}, so the script could not resume"],
    [{ command: ["train"], level: 1 }, "command: has no {load}"],
    [{ command: ["train", "{load}"] }, "command: has {load} but no {save}"],
    [
      { command: ["train", "{lr}"], level: 3 },
      "a resident process (level 3) gets new values with each segment",
    ],
    [{ command: ["train"], level: 3, resident: false }, "level 3 is a resident process, got resident false"],
    [
      { command: ["train"], level: 2, resident: true },
      "level 2 has one process per segment, got resident true",
    ],
    [{ command: ["train", "a"], shell: true }, "with shell, needs one string, got 2 words"],
    [{ command: full, metricRegex: "loss=(" }, "metricRegex: is no regular expression"],
    [{ command: full, metricRegex: "loss=.*" }, "metricRegex: needs a group around the number"],
    [{ command: full, metricFile: "out.json" }, "metricFile: needs {save} or {member} in its path"],
    [{ command: full, timeoutMs: 0 }, "timeoutMs: needs a positive number, got 0"],
    [{ command: full, graceMs: Number.NaN }, "graceMs: needs a positive number, got NaN"],
  ] as const)("%j are refused", (options, message) => {
    expect(() => plan(options)).toThrow(message);
  });

  it("are refused with all their problems at once", () => {
    expect(() => plan({ command: ["train", "{lr}"], metricFile: "x", timeoutMs: -1 })).toThrow(
      /no \{load\}[\s\S]*metricFile[\s\S]*timeoutMs/,
    );
  });

  it("need placeholders that exist, and a use of every hyperparameter that is searched", () => {
    const check = (command: readonly string[], names: readonly string[]): void =>
      checkPlaceholders(plan({ command }), {
        names,
        distributions: names.map((name) => ({ kind: name === "fixed" ? "constant" : "uniform" })),
      });
    expect(() => check([...full, "--mom={momentun}"], ["lr", "momentum"])).toThrow(
      "command, word 6: unknown placeholder {momentun}; known are {lr} {momentum} {load} {save} {until} {step} {seed} {member}. To tune it, give it a distribution: --hp 'momentun~…'. For the text itself write {{momentun}}",
    );
    expect(() => check(["train", "{load}", "{save}"], ["lr"])).toThrow(
      "lr: the command has no {lr}, so its value could have no effect. Pass it, for instance --lr {lr}, or say --level 2 if the script reads POLYTEMPO_HYPERPARAMETERS",
    );
    expect(() => check(full, ["lr", "wd", "momentum", "eps", "fixed"])).toThrow(
      /^wd: the command has no \{wd\}.*\nmomentum: .*\neps: the command has no \{eps\}.*$/,
    );
    expect(() => check(full, ["lr", "fixed"])).not.toThrow();
    expect(() => check(full, ["lr", "load"])).toThrow("space.load: hides the placeholder {load}");
    expect(() => check(full, ["lr"])).not.toThrow();
  });
});

describe("metrics on stdout", () => {
  const read = (text: string, pattern: RegExp | null = null) => {
    const reports: unknown[] = [];
    const metrics = stdoutMetrics("loss", pattern, ({ step, metrics: found, using }) =>
      reports.push({ step, metrics: Object.fromEntries(found), using }),
    );
    metrics.write(Buffer.from(text));
    metrics.end();
    return { reports, hint: metrics.hint };
  };

  it("come from lines that begin with polytempo, whatever stands around them", () => {
    const { reports, hint } = read(
      'epoch 1\n polytempo {"loss": 9}\r\n 50%|##\r100%|####\rpolytempo {"step": 3, "loss": 1}\r\nx polytempo {"loss": 9}\npolytempo {"loss": NaN}',
    );
    expect(reports).toEqual([
      { step: 3, metrics: { loss: 1 }, using: null },
      { step: null, metrics: { loss: Number.NaN }, using: null },
    ]);
    expect(hint).toBeNull();
  });

  it("come from a regular expression, by its groups", () => {
    expect(read("step 5 loss=0.25\nloss=1e-3\nloss=nan\n", /loss=(\S+)/).reports).toEqual(
      [0.25, 1e-3, Number.NaN].map((loss) => ({ step: null, metrics: { loss }, using: null })),
    );
    expect(read("[12] val 0.5", /\[(?<step>\d+)\] val (?<value>\S+)/).reports).toEqual([
      { step: 12, metrics: { loss: 0.5 }, using: null },
    ]);
  });

  it("leave a hint when a line nearly was one", () => {
    expect(read('polytempo {"loss": }').hint).toMatch(
      /a line that begins with "polytempo" needs one JSON object/,
    );
    expect(read("loss=low", /loss=(\S+)/).hint).toBe(
      'the regular expression matched "low", which is no number',
    );
  });

  it.each([
    ["1", 1],
    ["-.5e-3", -0.0005],
    ["+2.", 2],
    ["NaN", Number.NaN],
    ["-inf", -Infinity],
    ["Infinity", Infinity],
    ["0x10", null],
    ["1,5", null],
    ["", null],
  ])("read %j as a number", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
});

describe("how a process ended", () => {
  const outcome = (code: number | null, signal: NodeJS.Signals | null = null) =>
    outcomeOfExit({ code, signal, error: null }, "train", "");

  it.each(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s from outside is lost", (signal) => {
    expect(outcome(null, signal).status).toBe("lost");
  });

  it.each(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"] as const)(
    "by its own %s is failed",
    (signal) => {
      expect(outcome(null, signal)).toEqual({
        status: "failed",
        cause: "exit",
        message: `the trainer crashed: ${signal}`,
      });
    },
  );

  it.each([1, 2, 137, 143, 255])("with code %i is failed", (code) => {
    expect(outcome(code)).toMatchObject({ status: "failed", cause: "exit" });
  });
});

describe("a member's log", () => {
  const log = (name: string, maxBytes = 1e6) => outputLog(folder, name, "generation 1", maxBytes, () => {});

  it("does not exist before there is output", () => {
    log("nothing").end();
    expect(existsSync(join(folder, "nothing.log"))).toBe(false);
  });

  it("keeps the beginning and the end of what is too much, and says how much is missing", () => {
    const big = log("big");
    for (let i = 0; i < 1000; i++) big.write(Buffer.from(`${String(i).padStart(999, "0")}\n`));
    big.end();
    const lines = readFileSync(join(folder, "big.log"), "utf8").split("\n");
    expect(lines[1]).toBe("0".padStart(999, "0"));
    expect(lines.at(-2)).toBe("999".padStart(999, "0"));
    expect(lines.find((line) => line.includes("bytes of output are not kept"))).toBeDefined();
    expect(statSync(join(folder, "big.log")).size).toBeLessThan(330 * 1024);
  });

  it("becomes a second file when it is full, so that there are never more than two", () => {
    for (let segment = 0; segment < 10; segment++) {
      const one = log("rotating", 5000);
      one.write(Buffer.alloc(3000, "x"));
      one.end();
    }
    expect(statSync(join(folder, "rotating.log")).size).toBeLessThan(8100);
    expect(statSync(join(folder, "rotating.1.log")).size).toBeLessThan(8100);
  });

  it("gives the last 20 lines for messages, short and without control characters", () => {
    const one = log("tail");
    for (let i = 0; i < 30; i++) one.write(Buffer.from(`line ${i}\r\n`));
    one.write(Buffer.concat([Buffer.from([27, 91, 51, 49, 109, 0xff, 7]), Buffer.alloc(400, "z")]));
    const tail = one.tail().split("\n");
    one.end();
    expect(tail).toHaveLength(20);
    expect(tail[0]).toBe("line 11");
    expect(tail[19]).toBe(`\ufffd${"z".repeat(299)}…`);
  });

  it("never throws when it cannot be written, but warns once", () => {
    const warnings: string[] = [];
    const one = outputLog(join(folder, "missing"), "m", "g", 1000, (message) => warnings.push(message));
    one.write(Buffer.from("a"));
    one.write(Buffer.from("b"));
    one.end();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("output is no longer kept: ENOENT");
    expect(one.tail()).toBe("ab");
  });
});
