import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./harness.ts";

describe("the Python client", () => {
  it("passes its own tests, without a warning", () => {
    const { status, stderr } = spawnSync(
      "python3",
      ["-W", "error", "-m", "unittest", "discover", "-s", "tests"],
      { cwd: join(root, "clients", "python"), encoding: "utf8" },
    );
    expect(stderr).toMatch(/Ran 3\d tests[\s\S]*OK/);
    expect(status).toBe(0);
  });

  it("needs nothing that Python 3.8 does not have", () => {
    const program = `import ast, sys
for path in sys.argv[1:]:
    tree = ast.parse(open(path).read(), feature_version=(3, 8))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names: print("import", name.name)
        if isinstance(node, ast.ImportFrom): print("import", node.module)
`;
    const { status, stdout, stderr } = spawnSync("python3", ["-c", program, "polytempo.py"], {
      cwd: join(root, "clients", "python"),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout.trim().split("\n").toSorted()).toEqual(
      [
        "argparse",
        "difflib",
        "json",
        "math",
        "os",
        "re",
        "shutil",
        "signal",
        "sys",
        "traceback",
        "typing",
      ].map((name) => `import ${name}`),
    );
  });
});
