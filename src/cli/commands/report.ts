import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UsageError } from "../../errors/index.ts";
import { htmlReport, markdownReport } from "../../report/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { locateRun } from "../record/locate.ts";
import { version } from "../version.ts";
import { print } from "../world.ts";

/** Runs that a comparison can hold. */
const mostRuns = 8;

export const report: Implementation<"report"> = async ({ values, words }, world) => {
  const names = [...new Set(words)];
  if (values.compare && (names.length < 2 || names.length > mostRuns)) {
    throw new UsageError(
      `polytempo report --compare: needs 2 to ${mostRuns} runs, got ${names.join(" ") || "none"}`,
    );
  }
  if (!values.compare && names.length > 1) {
    throw new UsageError(`polytempo report: takes one run, got ${names.join(" ")}. Add --compare?`);
  }
  const places = values.compare ? names.map((name) => locateRun(world, name)) : [locateRun(world, names[0])];
  const directories = places.map(({ directory }) => directory);
  const format = values.format ?? "html";
  const title = places.length === 1 ? `${places[0]!.name}-report` : "comparison";
  const file = resolve(world.cwd, values.output ?? `${title}.${format}`);
  const context = { version: version(), nowMs: world.now() };
  mkdirSync(dirname(file), { recursive: true });
  if (format === "html") {
    const html = await htmlReport(directories, { ...context, interactive: !values.static });
    writeFileSync(file, html);
    print(world.err, [`report  ${values.output ?? basename(file)}  ${Math.ceil(html.length / 1024)} kB`]);
    return exitCodes.done;
  }
  const folder = `${basename(file, extname(file))}-figures`;
  const { markdown, files } = await markdownReport(directories, folder, context);
  mkdirSync(join(dirname(file), folder), { recursive: true });
  for (const [name, svg] of files) writeFileSync(join(dirname(file), folder, name), svg);
  writeFileSync(file, markdown);
  print(world.err, [`report  ${values.output ?? basename(file)}  and ${files.size} figures in ${folder}/`]);
  return exitCodes.done;
};
