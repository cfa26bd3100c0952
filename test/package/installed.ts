import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../cli/polytempo.ts";

export interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** A project that has the packed package, as `npm install` of the tarball would leave it. */
export interface Installed {
  readonly folder: string;
  /** Where the package lies in it. */
  readonly home: string;
  readonly manifest: Manifest;
  /** Paths in the tarball, and its size in bytes. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  /** Runs a program in the project. */
  run(program: string, ...args: readonly string[]): { readonly code: number | null; readonly text: string };
  remove(): void;
}

function must(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: exit ${status}\n${stderr}`);
  return stdout;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** Packs the package, unpacks it into a new project, and links what it says it depends on, nothing else: no network. */
export function install(): Installed {
  const folder = mkdtempSync(join(tmpdir(), "polytempo-package-"));
  const packed = JSON.parse(
    must("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], root),
  ) as readonly Packed[] | Readonly<Record<string, Packed>>;
  const [{ filename, size, files }] = Object.values(packed) as [Packed];
  must("tar", ["xzf", filename], folder);
  const modules = join(folder, "node_modules");
  const home = join(modules, "polytempo");
  mkdirSync(modules);
  must("mv", ["package", home], folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const target = join(root, "node_modules", name);
    if (existsSync(target)) link(target, join(modules, name));
  }
  for (const [name, path] of Object.entries(manifest.bin))
    link(join(home, path), join(modules, ".bin", name));
  return {
    folder,
    home,
    manifest,
    files: files.map(({ path }) => path),
    packedBytes: size,
    run(program, ...args) {
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
      return { code: status, text: stdout + stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
