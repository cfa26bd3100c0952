import { SharesPanel } from "../panels/SharesPanel.tsx";
import { TreePanel } from "../lineage/TreePanel.tsx";

/** Who descends from whom. */
export const LineagePage = () => (
  <>
    <h1>Lineage</h1>
    <div class="grid one">
      <SharesPanel height={300} />
      <TreePanel />
    </div>
  </>
);
