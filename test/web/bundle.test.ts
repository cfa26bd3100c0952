import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const web = fileURLToPath(new URL("../../dist/web", import.meta.url));
const budget = 250_000;
const sizeOf = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length;

it("sends at most 250 kB (gzip) for the dashboard; the theory pages are fetched when opened", () => {
  const html = readFileSync(join(web, "index.html"), "utf8");
  const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
  expect(first.some((path) => path.endsWith(".js"))).toBe(true);
  expect(first.some((path) => path.endsWith(".css"))).toBe(true);
  const total = first.reduce((sum, path) => sum + sizeOf(join(web, path)), 0);
  console.log(`dashboard: ${(total / 1000).toFixed(1)} kB gzip of ${budget / 1000}`);
  expect(total).toBeLessThanOrEqual(budget);
  const later = readdirSync(join(web, "assets")).filter((name) => /^(worker|LabPage)-.*\.js$/.test(name));
  expect(later).toHaveLength(2);
  expect(first.filter((path) => /worker|LabPage/.test(path))).toEqual([]);
});

it("is also one script and one style sheet for files without a server, which name nothing outside", () => {
  const script = readFileSync(join(web, "standalone", "viewer.js"), "utf8");
  expect(existsSync(join(web, "standalone", "viewer.css"))).toBe(true);
  expect(gzipSync(script).length).toBeLessThanOrEqual(budget);
  expect(script).not.toMatch(/import\(|from\s*"\.\//);
});
