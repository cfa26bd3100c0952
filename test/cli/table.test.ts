import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionScript } from "../../src/cli/completion/index.ts";
import { documentation } from "../../src/cli/documentation.ts";
import { exitMeanings } from "../../src/cli/exit.ts";
import { parse } from "../../src/cli/parse.ts";
import { type Command, listed } from "../../src/cli/table/index.ts";
import { UsageError } from "../../src/errors/index.ts";
import { root } from "./polytempo.ts";

describe("the command table", () => {
  it("gives a one-letter flag one meaning", () => {
    const meanings = new Map<string, string>();
    for (const command of listed) {
      for (const { name, short } of command.options) {
        if (short === undefined) continue;
        expect(meanings.get(short) ?? name, `${command.name} -${short}`).toBe(name);
        meanings.set(short, name);
      }
    }
    expect(meanings.get("o")).toBe("output");
  });

  it("names every exit code that its commands say they use", () => {
    const known = Object.keys(exitMeanings).map(Number);
    for (const command of listed) expect(known).toEqual(expect.arrayContaining([...command.exits]));
  });

  it("has no example that does not parse", () => {
    for (const command of listed as readonly Command[]) {
      expect(command.examples.length).toBe(3);
      for (const { command: line } of command.examples) {
        const match = /polytempo ([a-z]+)(.*)$/.exec(line.replace(/^.*&& /, ""))!;
        const words = match[2]!
          .split(/ [>|] |\) ?$/)[0]!
          .trim()
          .split(/\s+/)
          .filter((word) => word !== "");
        expect(() => parse(match[1] as "run", words), line).not.toThrow();
      }
    }
  });

  it("is docs/cli.md: run node scripts/documentation.mjs after a build when this fails", () => {
    expect(readFileSync(join(root, "docs", "cli.md"), "utf8")).toBe(documentation());
  });
});

describe("parsing", () => {
  it("gives typed values, and everything after -- as it is", () => {
    const { values, words, rest } = parse("run", [
      "a.yaml",
      "--members=8",
      "--seed",
      "7",
      "--time",
      "15m",
      "--disk-budget",
      "2GB",
      "--hp",
      "a~x",
      "--hp",
      "b~y",
      "-q",
      "--target",
      "-1.5e-3",
      "--",
      "python",
      "--members",
      "--",
      "x",
    ]);
    expect(words).toEqual(["a.yaml"]);
    expect(rest).toEqual(["python", "--members", "--", "x"]);
    expect(values).toMatchObject({
      members: 8,
      seed: 7,
      time: 900,
      "disk-budget": 2e9,
      hp: ["a~x", "b~y"],
      quiet: true,
      json: false,
      target: -0.0015,
      steps: undefined,
    });
  });

  it("refuses bad words with a UsageError, whatever they are, and never another error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("--members", "--", "-q", "--hp=", "--x=1"))),
        (args) => {
          try {
            parse("run", args);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });

  it("asks for what is missing, and refuses what is too much", () => {
    expect(() => parse("retire", ["run"])).toThrow("polytempo retire: needs MEMBER (such as m07)");
    expect(() => parse("completion", ["tcsh"])).toThrow("SHELL: needs one of bash, zsh, fish, powershell");
    expect(() => parse("status", ["a", "b"])).toThrow('"b" is one word too many');
    expect(() => parse("status", ["--", "x"])).toThrow("takes nothing after --");
    expect(() => parse("run", ["--members", "0"])).toThrow("--members: needs at least 1, got 0");
    expect(() => parse("run", ["--json=yes"])).toThrow("--json: takes no value");
  });
});

describe("completion", () => {
  const complete = (line: string): string[] => {
    const words = line.split(" ");
    const script = `${completionScript("bash")}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_polytempo; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    return stdout.trim().split("\n");
  };

  it("offers commands, flags and values in bash", () => {
    expect(complete("polytempo st")).toEqual(["status", "stop"]);
    expect(complete("polytempo run --mo")).toEqual(["--mode"]);
    expect(complete("polytempo run --mode ")).toEqual(["sync", "async"]);
    expect(complete("polytempo completion ")).toEqual(
      expect.arrayContaining(["bash", "zsh", "fish", "powershell"]),
    );
    expect(complete("polytempo help sch")).toEqual(["schedule"]);
  });

  it("knows every command and flag in every shell", () => {
    for (const shell of ["bash", "zsh", "fish", "powershell"] as const) {
      const script = completionScript(shell);
      for (const command of listed) {
        expect(script).toContain(command.name);
        for (const { name } of command.options) {
          expect(script, `${shell}: ${command.name} --${name}`).toContain(
            shell === "fish" ? `-l ${name}` : `--${name}`,
          );
        }
      }
      expect(script).toContain("__complete runs");
    }
  });
});
