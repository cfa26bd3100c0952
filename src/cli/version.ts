import { createRequire } from "node:module";

/** This package's version. */
export function version(): string {
  const manifest = createRequire(import.meta.url)("../../package.json") as { readonly version: string };
  return manifest.version;
}
