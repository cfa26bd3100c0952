import type { RunPage } from "../state/location.ts";
import { currentRun, manifest, manifestAnswer } from "../data/run.ts";
import { Timeline } from "../shell/Timeline.tsx";
import { OverviewPage } from "./OverviewPage.tsx";
import { FitnessPage } from "./FitnessPage.tsx";
import { HyperparametersPage } from "./HyperparametersPage.tsx";
import { LineagePage } from "./LineagePage.tsx";
import { DynamicsPage } from "./DynamicsPage.tsx";
import { MembersPage } from "./MembersPage.tsx";
import { EventsPage } from "./EventsPage.tsx";

const pages = {
  overview: OverviewPage,
  fitness: FitnessPage,
  hyperparameters: HyperparametersPage,
  lineage: LineagePage,
  dynamics: DynamicsPage,
  members: MembersPage,
  events: EventsPage,
} as const;

/** One page of a run, with the timeline below. */
export function RunPages({ page }: { readonly page: RunPage }) {
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
  const Page = pages[page];
  return (
    <div class="run" key={run.run}>
      {run.phase === "killed" && (
        <p class="notice">
          The process that trained this run is gone. `polytempo resume {run.run}` goes on from what was saved.
        </p>
      )}
      <Page />
      <Timeline />
    </div>
  );
}
