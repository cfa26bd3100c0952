import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  read(): Uint8Array<ArrayBuffer> | string;
  /** Its name holds a digest of its content, so that it never changes. */
  readonly immutable: boolean;
}

/** The page's files by their address (`/assets/app-1a2b3c4d.js`). */
export type Assets = ReadonlyMap<string, Asset>;

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  json: "application/json",
  wasm: "application/wasm",
  woff2: "font/woff2",
  map: "application/json",
  txt: "text/plain; charset=utf-8",
};

/** Where the build puts the page, beside this module's folder. */
export const builtPage = (): string => fileURLToPath(new URL("../web", import.meta.url));

/**
 * The files below a folder. They are listed once, and only what is in the list is ever read: no address of a request
 * becomes a path.
 * @returns empty when there is no built page
 */
export function readAssets(folder: string): Assets {
  const assets = new Map<string, Asset>();
  if (statSync(join(folder, "index.html"), { throwIfNoEntry: false })?.isFile() !== true) return assets;
  const walk = (place: string, address: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, entry.name);
      if (entry.isDirectory()) walk(path, `${address}${entry.name}/`);
      const type = types[entry.name.split(".").at(-1)!];
      // The viewer for files without a server is one page with its script inside, which this server's policy forbids.
      if (!entry.isFile() || type === undefined || entry.name === "viewer.html") continue;
      const text = entry.name === "index.html";
      assets.set(`${address}${entry.name}`, {
        type,
        read: () => (text ? readFileSync(path, "utf8") : new Uint8Array(readFileSync(path))),
        immutable: /-[\w-]{8,}\.\w+$/.test(entry.name),
      });
    }
  };
  walk(folder, "/");
  return assets;
}

/** What is shown when the page was not built. */
export const noPage =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Polytempo</title><body><h1>The page is not built</h1>' +
  "<p>This installation has no dashboard page. Build it with <code>npm run build</code>; the API under <code>/api/runs</code> works.</p>";
