import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import * as executors from "../executors/index.ts";
import * as optim from "../optim/index.ts";
import * as random from "../random/index.ts";
import * as theory from "./index.ts";

const modules: Readonly<Record<string, unknown>> = {
  "polytempo/executors": executors,
  "polytempo/optim": optim,
  "polytempo/random": random,
  "polytempo/theory": theory,
};

const guide = readFileSync(new URL("../../docs/theory-guide.md", import.meta.url), "utf8");
const sections = [...guide.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(([, title, text]) => ({
  title: title!,
  text: text!,
}));

type Program = (
  modules: Readonly<Record<string, unknown>>,
  print: (...words: unknown[]) => void,
) => Promise<void>;

/** Runs a program of the guide on the sources, and gives what it prints. */
async function printed(code: string): Promise<string> {
  const body = code.replace(
    /^import \{([^}]*)\} from "([^"]+)";$/gm,
    (_, names: string, from: string) => `const {${names}} = modules["${from}"];`,
  );
  const program = runInThisContext(
    `(async (modules, print) => { "use strict"; const console = { log: print };\n${body}\n})`,
  ) as Program;
  const lines: string[] = [];
  await program(modules, (...words) => lines.push(words.map(String).join(" ")));
  return lines.join("\n");
}

describe("the guide to theory", () => {
  it("has a program and what it prints in every section", () => {
    expect(sections).toHaveLength(15);
    for (const { title, text } of sections) {
      expect(text.match(/```js\n[\s\S]*?```\n\n```text\n[\s\S]*?```/g), title).toHaveLength(1);
      expect(text, title).toContain('from "polytempo/theory"');
    }
  });

  it.each(sections)("prints what it says: $title", async ({ text }) => {
    const [, code, output] = text.match(/```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)\n```/)!;
    expect(await printed(code!)).toBe(output);
  });
});
