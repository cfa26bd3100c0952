import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The page of the dashboard as one script, with a run's data. */
export interface Viewer {
  readonly script: string;
  readonly style: string;
  /** A snapshot file. */
  readonly snapshot: Uint8Array;
  /** What is in it, in a sentence. */
  readonly holds: string;
}

/** Script and style of the viewer, where the page was built; null elsewhere. @param folder of the built page */
export function builtViewer(folder: string): Pick<Viewer, "script" | "style"> | null {
  const [script, style] = ["viewer.js", "viewer.css"].map((file) => join(folder, "standalone", file));
  if (script === undefined || style === undefined || !existsSync(script) || !existsSync(style)) return null;
  return { script: readFileSync(script, "utf8"), style: readFileSync(style, "utf8") };
}
