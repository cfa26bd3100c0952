import { manifest, nameOf } from "../data/run.ts";
import { FanPanel } from "../fitness/FanPanel.tsx";
import { DiversityPanel } from "../panels/DiversityPanel.tsx";
import { MovesPanel } from "../panels/MovesPanel.tsx";
import { SeparationPanel } from "../panels/SeparationPanel.tsx";
import { SharesPanel } from "../panels/SharesPanel.tsx";
import { SlicePanel } from "../panels/SlicePanel.tsx";
import { selectMember } from "../state/selection.ts";
import { number } from "../ui/format.ts";

/** Six questions, answered without any set-up. */
export function OverviewPage() {
  return (
    <>
      <h1>
        {manifest.value?.run}
        {manifest.value?.control != null && " "}
        {manifest.value?.control != null && (
          <span class="chip">{`${manifest.value.control.kind} control`}</span>
        )}
      </h1>
      <Winner />
      {manifest.value?.soup != null && (
        <p class="soft" data-soup>
          {manifest.value.soup.text}
        </p>
      )}
      <div class="grid">
        <FanPanel />
        <SharesPanel height={280} />
        <MovesPanel />
        <SlicePanel overview />
        <SeparationPanel />
        <DiversityPanel />
      </div>
    </>
  );
}

/** Small screens have no room for the inspector beside the page: the way to the winner's hyperparameters and schedule. */
function Winner() {
  const run = manifest.value;
  const best = run?.best ?? null;
  if (run === null || best === null) return null;
  return (
    <p class="narrow-only">
      <button onClick={() => selectMember(best.member)}>
        {nameOf(best.member)}, {run.metric.name} {number(best.value)}: its hyperparameters and schedule
      </button>
    </p>
  );
}
