import { manifest } from "../data/run.ts";
import { PairPanel } from "../panels/PairPanel.tsx";
import { ProgressionPanel } from "../panels/ProgressionPanel.tsx";
import { SlicePanel } from "../panels/SlicePanel.tsx";
import { ScatterPanel } from "../scatter/ScatterPanel.tsx";

/** Where the population is, how each hyperparameter moves, and what it does to fitness. */
export function HyperparametersPage() {
  const all = manifest.value?.hyperparameters ?? [];
  const moving = all.filter(({ topology }) => topology !== "fixed");
  return (
    <>
      <h1>Hyperparameters</h1>
      {all.length === 0 ? (
        <p class="soft">This run has no hyperparameters.</p>
      ) : (
        <div class="grid">
          <ScatterPanel />
          {moving.length > 1 && <PairPanel />}
          {moving.map((facts) => (
            <ProgressionPanel key={`p${facts.name}`} facts={facts} />
          ))}
          {moving.map((facts) => (
            <SlicePanel key={`s${facts.name}`} name={facts.name} />
          ))}
        </div>
      )}
    </>
  );
}
