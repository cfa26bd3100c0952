import { manifest } from "../data/run.ts";
import { parameter, setParameters } from "../state/location.ts";
import { ProgressionPanel } from "./ProgressionPanel.tsx";

/** The hyperparameter in view: the chosen one, else the one that selection moved most in the newest generation. */
export function chosenHyperparameter(): string | null {
  const run = manifest.value;
  if (run === null || run.hyperparameters.length === 0) return null;
  const asked = run.hyperparameters.find(({ name }) => name === parameter("h"));
  if (asked !== undefined) return asked.name;
  const moving = run.hyperparameters.filter(({ topology }) => topology !== "fixed");
  return (moving[0] ?? run.hyperparameters[0])!.name;
}

/** Chooses the hyperparameter that the page looks at. */
export function HyperparameterChoice() {
  const run = manifest.value;
  const now = chosenHyperparameter();
  if (run === null || now === null || run.hyperparameters.length < 2) return null;
  return (
    <label>
      <span class="visually-hidden">Hyperparameter</span>
      <select value={now} onChange={(event) => setParameters({ h: event.currentTarget.value })}>
        {run.hyperparameters.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

/** The overview's view of what moves: one hyperparameter at a time. */
export function MovesPanel() {
  const run = manifest.value;
  const name = chosenHyperparameter();
  const facts = run?.hyperparameters.find((entry) => entry.name === name);
  if (run === null || facts === undefined) return null;
  return (
    <ProgressionPanel
      facts={facts}
      id="moves"
      question="What moves?"
      answer={run.answers.moving}
      tools={<HyperparameterChoice />}
    />
  );
}
