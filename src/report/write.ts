import { gunzipSync } from "node:zlib";
import { type Columns, decodeColumns } from "../figures/index.ts";
import {
  builtPage,
  type CompareMeta,
  Library,
  type OpenRun,
  Parameters,
  Routes,
  type SnapshotMeta,
  snapshotOf,
} from "../server/index.ts";
import { askRun } from "./ask.ts";
import type { Report } from "./blocks.ts";
import { compareReport } from "./compareReport.ts";
import { reportHtml } from "./html.ts";
import { type MarkdownReport, reportMarkdown } from "./markdown.ts";
import { count } from "./numbers.ts";
import { type ReportContext, runReport } from "./runReport.ts";
import { builtViewer } from "./viewer.ts";

export interface ReportOptions extends ReportContext {
  /** Size of the embedded snapshot, nearly. Default 3 MB. */
  readonly mostBytes?: number;
  /** false: no interactive view. Default true, where the page was built. */
  readonly interactive?: boolean;
  /** Folder of the built page. */
  readonly page?: string;
}

const mostBytes = 3 * 1024 * 1024;

interface Opened {
  readonly runs: readonly OpenRun[];
  readonly routes: Routes;
}

/** Opens runs by directory for as long as `use` needs them. @throws StoreError, Refusal as the server's library */
async function withRuns<T>(directories: readonly string[], use: (opened: Opened) => Promise<T>): Promise<T> {
  const libraries = directories.map((directory) => new Library([directory]));
  try {
    const runs: OpenRun[] = [];
    for (const library of libraries) {
      const [first] = (await library.list()).runs;
      runs.push(await library.open(first?.run ?? ""));
    }
    return await use({ runs, routes: new Routes({ readOnly: true }) });
  } finally {
    for (const library of libraries) await library.close();
  }
}

async function reportOf({ runs, routes }: Opened, context: ReportContext): Promise<Report> {
  const [only, ...more] = runs;
  if (only !== undefined && more.length === 0) return runReport(await askRun(only, routes), context);
  const answer = await routes.compare(runs, new Parameters(new URLSearchParams({ px: "600" })));
  if (answer.kind !== "columns") throw new Error("internal: a comparison is columns");
  return compareReport(answer.value as Columns<CompareMeta>, context);
}

/**
 * The report of one run, or the comparison of several, as one HTML file.
 * @param directories of runs
 */
export async function htmlReport(directories: readonly string[], options: ReportOptions): Promise<string> {
  return await withRuns(directories, async (opened) => {
    const report = await reportOf(opened, options);
    const built = options.interactive === false ? null : builtViewer(options.page ?? builtPage());
    if (built === null) return reportHtml(report, null);
    const snapshot = await snapshotOf(opened.runs, opened.routes, {
      version: options.version,
      now: () => options.nowMs,
      mostBytes: options.mostBytes ?? mostBytes,
    });
    return reportHtml(report, { ...built, snapshot, holds: holdsOf(opened.runs, snapshot) });
  });
}

/** Which members' curves found a place: the viewer shows all members in its fans and images, and these as lines. */
function holdsOf(runs: readonly OpenRun[], snapshot: Uint8Array): string {
  const { meta } = decodeColumns<SnapshotMeta>(new Uint8Array(gunzipSync(snapshot)));
  const what = `The same ${runs.length === 1 ? "run" : "runs"}, to hover, brush and search, without a server.`;
  const partly = runs.flatMap(({ run }) => {
    const { held, of } = meta.members?.[run] ?? { held: 0, of: 0 };
    const name = runs.length === 1 ? "" : ` of ${run}`;
    return held < of ? [`${count(held)} of ${count(of)} members${name}`] : [];
  });
  return partly.length === 0
    ? what
    : `${what} Every figure of all members is complete; single curves and details are there for ${partly.join(", ")}, the winner's line and the best first.`;
}

/**
 * The same as Markdown and SVG files.
 * @param folder of the figures, as the text names it
 */
export async function markdownReport(
  directories: readonly string[],
  folder: string,
  options: ReportContext,
): Promise<MarkdownReport> {
  return await withRuns(directories, async (opened) =>
    reportMarkdown(await reportOf(opened, options), folder),
  );
}
