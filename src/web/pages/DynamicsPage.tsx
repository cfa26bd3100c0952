import { DiversityPanel } from "../panels/DiversityPanel.tsx";
import {
  AncestorPanel,
  DifferentialPanel,
  EffectiveSizePanel,
  SpreadPanel,
  TurnoverPanel,
} from "../panels/DynamicsPanels.tsx";
import { PlateauPanel } from "../panels/PlateauPanel.tsx";
import { PricePanel } from "../panels/PricePanel.tsx";
import { QualityPanel } from "../panels/QualityPanel.tsx";
import { SeparationPanel } from "../panels/SeparationPanel.tsx";

/** What the slow clock does, in the terms of the theory. */
export const DynamicsPage = () => (
  <>
    <h1>Dynamics</h1>
    <div class="grid">
      <QualityPanel />
      <SeparationPanel />
      <PricePanel />
      <DifferentialPanel />
      <EffectiveSizePanel />
      <DiversityPanel />
      <AncestorPanel />
      <SpreadPanel />
      <TurnoverPanel />
      <PlateauPanel />
    </div>
  </>
);
