import type { RunPage } from "../state/location.ts";
import { currentRun, manifest, manifestAnswer } from "../data/run.ts";
import { Alarms } from "../shell/Alarms.tsx";
import { FailureBanner, GoneBanner } from "../shell/FailureBanner.tsx";
import { Timeline } from "../shell/Timeline.tsx";
import type { Pages } from "./lazyPages.ts";

/** One page of a run, with the timeline below. */
export function RunPages({ page, pages }: { readonly page: RunPage; readonly pages: Pages }) {
  const run = manifest.value;
  const { error } = manifestAnswer.value;
  if (run === null) {
    return error === null ? (
      <p class="boot">Reading {currentRun.value} …</p>
    ) : (
      <div class="prose">
        <h1>{currentRun.value}</h1>
        <p class="notice" data-kind="error">
          {error.message}
        </p>
      </div>
    );
  }
  const Page = pages.run[page];
  return (
    <div class="run" key={run.run}>
      {run.phase === "killed" && (
        <p class="notice">
          The process that trained this run is gone. <code>polytempo resume {run.run}</code> goes on from what
          was saved.
        </p>
      )}
      <GoneBanner />
      <FailureBanner />
      <Alarms />
      <Page />
      <Timeline />
    </div>
  );
}
