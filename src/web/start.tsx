import { type ComponentType, render } from "preact";
import { App } from "./App.tsx";
import { startRun } from "./data/run.ts";
import { startLocation } from "./state/location.ts";
import { startPreferences } from "./state/preferences.ts";

/** Puts the page into `#app`. `lab`: the theory pages, where there are any. */
export function start(lab: ComponentType | null): void {
  startPreferences();
  startLocation();
  startRun();
  const root = document.getElementById("app")!;
  root.replaceChildren();
  render(<App lab={lab} />, root);
}
