import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const web = fileURLToPath(new URL("../../dist/web", import.meta.url));
const budget = 250_000;
const sizeOf = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length;

it("sends at most 250 kB (gzip) for the dashboard, a fifth of it before the first facts stand", () => {
  const html = readFileSync(join(web, "index.html"), "utf8");
  const first = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
  expect(first.some((path) => path.endsWith(".js"))).toBe(true);
  expect(first.some((path) => path.endsWith(".css"))).toBe(true);
  const all = readdirSync(join(web, "assets")).filter((name) => /\.(js|css)$/.test(name));
  const theory = all.filter((name) => /^(worker|LabPage)-/.test(name));
  expect(theory).toHaveLength(2);
  expect(first.filter((name) => theory.includes(name))).toEqual([]);
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + sizeOf(join(web, "assets", name)), 0);
  const [start, dashboard] = [sum(first), sum(all.filter((name) => !theory.includes(name)))];
  console.log(
    `first ${(start / 1000).toFixed(1)} kB, dashboard ${(dashboard / 1000).toFixed(1)} kB gzip of ${budget / 1000}`,
  );
  expect(start).toBeLessThanOrEqual(budget / 5);
  expect(dashboard).toBeLessThanOrEqual(budget);
});

it("is also one script and one style sheet for files without a server, which name nothing outside", () => {
  const script = readFileSync(join(web, "standalone", "viewer.js"), "utf8");
  expect(existsSync(join(web, "standalone", "viewer.css"))).toBe(true);
  expect(gzipSync(script).length).toBeLessThanOrEqual(budget);
  expect(script).not.toMatch(/import\(|from\s*"\.\//);
});
