import { afterEach, describe, expect, it, vi } from "vitest";

const found = Reflect.get(process, "getBuiltinModule") as unknown;

/** Loads the module anew, on a Node whose built-in modules are those that `builtin` gives. */
async function load(builtin: (name: string) => unknown): Promise<unknown> {
  Reflect.set(process, "getBuiltinModule", builtin);
  vi.resetModules();
  const { loadSqlite } = await import("./sqlite.ts");
  return loadSqlite();
}

afterEach(() => {
  Reflect.set(process, "getBuiltinModule", found);
  vi.doUnmock("@photostructure/sqlite");
  vi.resetModules();
});

describe("the SQLite driver", () => {
  it("is node:sqlite where Node has it, without its warning but with every other", async () => {
    const warnings: string[] = [];
    const emit = vi.spyOn(process, "emitWarning").mockImplementation((warning) => {
      warnings.push(String(warning));
    });
    const spy = Reflect.get(process, "emitWarning") as unknown;
    const driver = { DatabaseSync: class {} };
    const answer = await load((name) => {
      process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning");
      process.emitWarning("SQLite is an experimental feature", { type: "ExperimentalWarning" });
      process.emitWarning("another experimental feature", "ExperimentalWarning");
      process.emitWarning("SQLite is old", "DeprecationWarning");
      return name === "node:sqlite" ? driver : undefined;
    });
    expect(answer).toBe(driver);
    expect(warnings).toEqual(["another experimental feature", "SQLite is old"]);
    expect(Reflect.get(process, "emitWarning")).toBe(spy);
    emit.mockRestore();
  });

  it("is the optional package elsewhere, with the same results", async () => {
    const driver = (await load(() => undefined)) as typeof import("@photostructure/sqlite");
    const database = new driver.DatabaseSync(":memory:");
    expect({ ...(database.prepare("SELECT ? + 1 AS n").get(41) as object) }).toEqual({ n: 42 });
    database.close();
  });

  it("is asked for in one sentence where neither is there", async () => {
    vi.doMock("@photostructure/sqlite", () => {
      throw new Error("Cannot find package");
    });
    const error = await load(() => undefined).then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).toMatchObject({ name: "StoreError", kind: "missing" });
    expect(String(error)).toContain("Use Node ≥ 22.13, or run: npm install @photostructure/sqlite");
  });
});
