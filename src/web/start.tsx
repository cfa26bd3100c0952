import { type ComponentType, render } from "preact";
import { App } from "./App.tsx";
import { lazyPages } from "./pages/lazyPages.ts";
import { startRun } from "./data/run.ts";
import { startLocation } from "./state/location.ts";
import { startPreferences } from "./state/preferences.ts";

/** Puts the page into `#app`. `lab`: the theory pages, where there are any; `load`: gets the pages that draw. */
export function start(lab: ComponentType | null, load: Parameters<typeof lazyPages>[0]): void {
  startPreferences();
  startLocation();
  startRun();
  const root = document.getElementById("app")!;
  root.replaceChildren();
  render(<App lab={lab} pages={lazyPages(load)} />, root);
}
