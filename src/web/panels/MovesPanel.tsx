import { manifest } from "../data/run.ts";
import { parameter, setParameters } from "../state/location.ts";
import { ProgressionPanel } from "./ProgressionPanel.tsx";

/** What a view answers about hyperparameters: which it shows at first depends on it. */
type About = "moving" | "selection";

/** The one that the first answer named, by run: what is shown does not change by itself while the run goes on. */
const named = new Map<string, string>();

/** The hyperparameter in view: the chosen one, else the one that the panel's answer names first. */
export function chosenHyperparameter(about: About = "moving"): string | null {
  const run = manifest.value;
  if (run === null || run.hyperparameters.length === 0) return null;
  const asked = run.hyperparameters.find(({ name }) => name === parameter("h"));
  if (asked !== undefined) return asked.name;
  const key = `${about} ${run.run}`;
  const before = named.get(key);
  if (before !== undefined && run.hyperparameters.some(({ name }) => name === before)) return before;
  const answer = run.answers[about].replace(/^Fitness depends on /, "");
  const first = run.hyperparameters.find(({ name }) => answer.startsWith(`${name} `));
  if (first !== undefined) {
    named.set(key, first.name);
    return first.name;
  }
  const moving = run.hyperparameters.filter(({ topology }) => topology !== "fixed");
  return (moving[0] ?? run.hyperparameters[0])!.name;
}

/** Chooses the hyperparameter that the page looks at. */
export function HyperparameterChoice({ about = "moving" }: { readonly about?: About }) {
  const run = manifest.value;
  const now = chosenHyperparameter(about);
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
