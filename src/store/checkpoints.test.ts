import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asOrdinaryUser, temporaryDirectory, thrown } from "./fixtures/harness.ts";
import { type CheckpointStore, createRunStore, openRunReader, openRunStore } from "./index.ts";

const id = (member: number, generation: number) => ({ member, generation, step: generation * 100 });

/** Commits a checkpoint with these files. */
function save(
  checkpoints: CheckpointStore,
  member: number,
  generation: number,
  files: Readonly<Record<string, string>> = { "weights.bin": `m${member} g${generation}` },
  attempt = 1,
): string {
  const directory = checkpoints.prepare(member, generation, attempt);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  checkpoints.commit(directory, [id(member, generation)]);
  return checkpoints.locate(id(member, generation)).directory;
}

describe("checkpoints", () => {
  it("move to a final name, read-only, and are listed with their bytes", async () => {
    const root = temporaryDirectory();
    const { checkpoints, close } = bound(await createRunStore(root));
    expect(checkpoints.has(id(7, 12))).toBe(false);
    const directory = save(checkpoints, 7, 12, { "a/b.txt": "12345", "c.bin": "678", empty: "" });
    expect(directory).toBe(join(root, "checkpoints", "m07", "g0012-a1"));
    expect(readFileSync(join(directory, "a/b.txt"), "utf8")).toBe("12345");
    expect(statSync(join(directory, "c.bin")).mode & 0o777).toBe(0o444);
    expect(checkpoints.locate(id(7, 12))).toEqual({ directory, row: null });
    expect(checkpoints.list()).toEqual([id(7, 12)]);
    expect(checkpoints.bytes()).toBe(8);
    expect(readdirSync(join(root, "checkpoints", "preparing"))).toEqual([]);
    close();
  });

  it("are prepared empty each time", async () => {
    const { checkpoints, close } = bound(await createRunStore(temporaryDirectory()));
    const directory = checkpoints.prepare(0, 0, 1);
    writeFileSync(join(directory, "old"), "x");
    expect(checkpoints.prepare(0, 0, 1)).toBe(directory);
    expect(readdirSync(directory)).toEqual([]);
    close();
  });

  it("accept a directory that the trainer put in place by renaming", async () => {
    const { checkpoints, close } = bound(await createRunStore(temporaryDirectory()));
    const directory = checkpoints.prepare(0, 0, 1);
    mkdirSync(`${directory}.tmp`);
    writeFileSync(join(`${directory}.tmp`, "w"), "x");
    renameSync(`${directory}.tmp`, directory);
    checkpoints.commit(directory, [id(0, 0)]);
    expect(readdirSync(checkpoints.locate(id(0, 0)).directory)).toEqual(["w"]);
    close();
  });

  it("share one directory among many members by rows, and it lives while one of them is kept", async () => {
    const { checkpoints, close } = bound(await createRunStore(temporaryDirectory()));
    const directory = checkpoints.prepare(0, 3, 1);
    writeFileSync(join(directory, "population.bin"), "xxxx");
    const ids = Array.from({ length: 100 }, (_, member) => id(member, 3));
    checkpoints.commit(
      directory,
      ids,
      ids.map(({ member }) => 99 - member),
    );
    const place = checkpoints.locate(id(0, 3)).directory;
    expect(checkpoints.locate(id(40, 3))).toEqual({ directory: place, row: 59 });
    expect(checkpoints.bytes()).toBe(4);
    expect(checkpoints.collect([id(40, 3)])).toBe(0);
    expect(checkpoints.list()).toEqual([id(40, 3)]);
    expect(existsSync(place)).toBe(true);
    expect(checkpoints.collect([])).toBe(4);
    expect(existsSync(place)).toBe(false);
    close();
  });

  it("refuse links, special files and emptiness, naming each, and leave the directory as it was", async () => {
    const root = temporaryDirectory();
    const { checkpoints, close } = bound(await createRunStore(root));
    const outside = join(root, "secret");
    writeFileSync(outside, "secret");
    const directory = checkpoints.prepare(1, 0, 1);
    const problemsOf = (): readonly string[] => {
      const error = thrown(() => checkpoints.commit(directory, [id(1, 0)]));
      expect(error.name).toBe("UsageError");
      return error.message.split("\n");
    };
    expect(problemsOf()).toEqual([
      "checkpoint: the directory must hold at least one file, got none. Does the trainer save its state?",
    ]);
    mkdirSync(join(directory, "sub"));
    expect(problemsOf()).toHaveLength(1);
    writeFileSync(join(directory, "w"), "x");
    symlinkSync(outside, join(directory, "sub", "out"));
    symlinkSync("w", join(directory, "latest"));
    symlinkSync(root, join(directory, "dir"));
    execFileSync("mkfifo", [join(directory, "pipe")]);
    const problems = problemsOf().toSorted();
    expect(problems.map((problem) => problem.split(": ").slice(0, 2).join(": "))).toEqual([
      "checkpoint: dir",
      "checkpoint: latest",
      "checkpoint: pipe",
      "checkpoint: sub/out",
    ]);
    expect(problems[2]).toContain("got a named pipe");
    expect(problems[3]).toContain("got a symbolic link");
    expect(checkpoints.list()).toEqual([]);
    rmSync(directory, { recursive: true });
    expect(problemsOf()[0]).toContain("got nothing");
    symlinkSync(root, directory);
    expect(problemsOf()[0]).toContain("got a symbolic link");
    expect(readFileSync(outside, "utf8")).toBe("secret");
    close();
  });

  it("do not change when a trainer writes on through a hard link, but keep links to earlier checkpoints", async () => {
    const root = temporaryDirectory();
    const { checkpoints, close } = bound(await createRunStore(root));
    const latest = join(root, "latest.bin");
    writeFileSync(latest, "one");
    const first = checkpoints.prepare(0, 0, 1);
    linkSync(latest, join(first, "w.bin"));
    checkpoints.commit(first, [id(0, 0)]);
    writeFileSync(latest, "two");
    const place = checkpoints.locate(id(0, 0)).directory;
    expect(readFileSync(join(place, "w.bin"), "utf8")).toBe("one");
    expect(statSync(latest).mode & 0o200).toBe(0o200);
    const second = checkpoints.prepare(0, 1, 1);
    linkSync(join(place, "w.bin"), join(second, "w.bin"));
    checkpoints.commit(second, [id(0, 1)]);
    const inode = (directory: string): number => statSync(join(directory, "w.bin")).ino;
    expect(inode(checkpoints.locate(id(0, 1)).directory)).toBe(inode(place));
    close();
  });

  it("say what is wrong when files were deleted, cut, changed or replaced by a link", async () => {
    const { checkpoints, close } = bound(await createRunStore(temporaryDirectory()));
    const big = "x".repeat(200_000);
    const damage: [string, (file: string) => void, string, string][] = [
      ["gone", (file) => rmSync(file), "corrupt", "w.bin is gone"],
      ["cut", (file) => truncateSync(file, 100), "corrupt", "w.bin has 100 bytes, not 200000"],
      ["changed", (file) => writeFileSync(file, `${big.slice(1)}y`), "corrupt", "w.bin has other content"],
      ["linked", (file) => replaceByLink(file), "corrupt", "w.bin is no longer a plain file"],
      ["away", (file) => rmSync(join(file, ".."), { recursive: true }), "missing", "the directory is gone"],
    ];
    for (const [i, [name, harm, kind, message]] of damage.entries()) {
      const directory = save(checkpoints, i, 1, { "w.bin": big });
      checkpoints.locate(id(i, 1));
      chmodSync(join(directory, "w.bin"), 0o644);
      harm(join(directory, "w.bin"));
      const error = thrown(() => checkpoints.locate(id(i, 1)));
      expect([name, error]).toMatchObject([name, { name: "StoreError", kind }]);
      expect(error.message).toContain(message);
    }
    expect(thrown(() => checkpoints.locate(id(50, 1)))).toMatchObject({ kind: "missing" });
    close();
  });

  it("mean the new files when a segment is repeated", async () => {
    const { checkpoints, close } = bound(await createRunStore(temporaryDirectory()));
    const old = save(checkpoints, 0, 0, { w: "old" });
    const anew = save(checkpoints, 0, 0, { w: "new" }, 2);
    expect(anew).not.toBe(old);
    expect(checkpoints.list()).toEqual([id(0, 0)]);
    expect(checkpoints.collect([id(0, 0)])).toBe(3);
    expect([existsSync(old), existsSync(anew)]).toEqual([false, true]);
    close();
  });

  it("are never deleted while pinned, whatever else happens to their name", async () => {
    const { checkpoints, close } = bound(await createRunStore(temporaryDirectory()));
    const pinned = save(checkpoints, 0, 0);
    const replaced = save(checkpoints, 1, 0, { w: "old" });
    const release = [checkpoints.pin(id(0, 0)), checkpoints.pin(id(0, 0)), checkpoints.pin(id(1, 0))];
    save(checkpoints, 1, 0, { w: "new" }, 2);
    checkpoints.collect([]);
    expect([existsSync(pinned), existsSync(replaced)]).toEqual([true, true]);
    release[0]!();
    release[0]!();
    checkpoints.collect([]);
    expect(existsSync(pinned)).toBe(true);
    release[1]!();
    release[2]!();
    checkpoints.collect([]);
    expect([existsSync(pinned), existsSync(replaced)]).toEqual([false, false]);
    expect([checkpoints.list(), checkpoints.bytes()]).toEqual([[], 0]);
    expect(thrown(() => checkpoints.pin(id(0, 0)))).toMatchObject({ kind: "missing" });
    close();
  });

  it("are deleted only when the transaction that says so commits, and vanish with one that made them", async () => {
    const root = temporaryDirectory();
    const store = await createRunStore(root);
    const kept = save(store.checkpoints, 0, 0);
    const undone = (): void =>
      store.transaction(() => {
        save(store.checkpoints, 0, 1);
        store.checkpoints.collect([id(0, 1)]);
        expect(existsSync(kept)).toBe(true);
        throw new Error("undo");
      });
    expect(undone).toThrow("undo");
    expect(store.checkpoints.list()).toEqual([id(0, 0)]);
    expect(store.checkpoints.locate(id(0, 0)).directory).toBe(kept);
    expect(readdirSync(join(root, "checkpoints", "m00"))).toEqual(["g0000-a1"]);
    store.transaction(() => {
      store.checkpoints.collect([]);
      expect(existsSync(kept)).toBe(true);
    });
    expect(existsSync(kept)).toBe(false);
    store.close();
  });

  it("leave no left-overs: opening a run removes what has no entry, and nothing else", async () => {
    const root = temporaryDirectory();
    const { checkpoints, close } = bound(await createRunStore(root));
    const good = save(checkpoints, 0, 0);
    checkpoints.prepare(0, 1, 1);
    close();
    const at = (path: string): string => join(root, "checkpoints", path);
    for (const path of [
      "m00/g0001-a1/sub",
      "m05/g0000-a3",
      "preparing/m01-g0000-a1.tmp",
      "notes",
      "m00/mine",
    ]) {
      mkdirSync(at(path), { recursive: true });
      writeFileSync(at(`${path}/file`), "x");
    }
    chmodSync(at("m00/g0001-a1/sub"), 0o555);
    const again = bound(await openRunStore(root));
    expect(again.checkpoints.locate(id(0, 0)).directory).toBe(good);
    expect(readdirSync(at("m00")).toSorted()).toEqual(["g0000-a1", "mine"]);
    expect(readdirSync(at("m05"))).toEqual([]);
    expect(readdirSync(at("preparing"))).toEqual([]);
    expect(readFileSync(at("notes/file"), "utf8")).toBe("x");
    again.close();
  });

  it("take in unreadable files of the trainer, and delete directories without permissions, as an ordinary user", async () => {
    const root = temporaryDirectory();
    chmodSync(root, 0o777);
    await asOrdinaryUser(async () => {
      const { checkpoints, close } = bound(await createRunStore(join(root, "run")));
      const directory = checkpoints.prepare(0, 0, 1);
      mkdirSync(join(directory, "sub"));
      writeFileSync(join(directory, "sub", "w"), "hidden", { mode: 0o000 });
      chmodSync(join(directory, "sub"), 0o000);
      checkpoints.commit(directory, [id(0, 0)]);
      const place = checkpoints.locate(id(0, 0)).directory;
      expect(readFileSync(join(place, "sub", "w"), "utf8")).toBe("hidden");
      chmodSync(join(place, "sub"), 0o500);
      checkpoints.collect([]);
      expect(existsSync(place)).toBe(false);
      close();
    });
  });

  it("are exported by hard links into an empty place only", async () => {
    const root = temporaryDirectory();
    const { checkpoints, close } = bound(await createRunStore(root));
    const directory = save(checkpoints, 0, 0, { "a/b": "12", c: "3" });
    const target = join(root, "export", "best");
    expect(checkpoints.exportCheckpoint(id(0, 0), target)).toEqual({
      files: 2,
      bytes: 3,
      row: null,
      linked: true,
    });
    expect(statSync(join(target, "a/b")).ino).toBe(statSync(join(directory, "a/b")).ino);
    expect(thrown(() => checkpoints.exportCheckpoint(id(0, 0), target))).toMatchObject({ kind: "exists" });
    checkpoints.collect([]);
    expect(readFileSync(join(target, "a/b"), "utf8")).toBe("12");
    close();
  });

  it("are found and verified by a reader while the run is written", async () => {
    const root = temporaryDirectory();
    const { checkpoints, close } = bound(await createRunStore(root));
    const directory = save(checkpoints, 2, 5);
    const reader = await openRunReader(root);
    expect(reader.checkpoints.locate(id(2, 5))).toEqual({ directory, row: null });
    expect(reader.checkpoints.list()).toEqual([id(2, 5)]);
    reader.close();
    close();
  });
});

function replaceByLink(file: string): void {
  renameSync(file, `${file}.moved`);
  symlinkSync(`${file}.moved`, file);
}

const bound = (store: Awaited<ReturnType<typeof createRunStore>>) => ({
  checkpoints: store.checkpoints,
  close: () => store.close(),
});
