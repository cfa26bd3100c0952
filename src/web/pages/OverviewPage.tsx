import { manifest } from "../data/run.ts";
import { FanPanel } from "../fitness/FanPanel.tsx";
import { DiversityPanel } from "../panels/DiversityPanel.tsx";
import { MovesPanel } from "../panels/MovesPanel.tsx";
import { SeparationPanel } from "../panels/SeparationPanel.tsx";
import { SharesPanel } from "../panels/SharesPanel.tsx";
import { SlicePanel } from "../panels/SlicePanel.tsx";

/** Six questions, answered without any set-up. */
export function OverviewPage() {
  return (
    <>
      <h1>{manifest.value?.run}</h1>
      <div class="grid">
        <FanPanel />
        <SharesPanel />
        <MovesPanel />
        <SlicePanel overview />
        <SeparationPanel />
        <DiversityPanel />
      </div>
    </>
  );
}
