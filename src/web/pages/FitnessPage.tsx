import { FanPanel } from "../fitness/FanPanel.tsx";
import { PlateauPanel } from "../panels/PlateauPanel.tsx";
import { RasterPanel } from "../raster/RasterPanel.tsx";

/** Curves, the raster of all members, plateaus. */
export const FitnessPage = () => (
  <>
    <h1>Fitness</h1>
    <div class="grid one">
      <FanPanel tall />
      <RasterPanel />
      <PlateauPanel />
    </div>
  </>
);
