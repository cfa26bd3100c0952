import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { drawn, held, manifest, setHeld } from "../data/run.ts";
import { hrefOf, navigate, type Route, route, type RunPage } from "../state/location.ts";
import { palette, shortcuts } from "../state/preferences.ts";
import {
  clearView,
  cursor,
  selection,
  selectMember,
  setCursor,
  sharedParameters,
} from "../state/selection.ts";
import { currentRun, nameOf } from "../data/run.ts";
import { announce } from "../ui/feedback.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { pauseOrUnpause } from "../controls/request.ts";

export const helpOpen = signal(false);

const pages: Readonly<Record<string, RunPage | "compare" | "lab" | "runs">> = {
  o: "overview",
  f: "fitness",
  h: "hyperparameters",
  l: "lineage",
  d: "dynamics",
  m: "members",
  e: "events",
  c: "compare",
  t: "lab",
  r: "runs",
};

const sheet: readonly (readonly [string, string])[] = [
  ["g o", "Overview"],
  ["g f", "Fitness"],
  ["g h", "Hyperparameters"],
  ["g l", "Lineage"],
  ["g d", "Dynamics"],
  ["g m", "Members"],
  ["g e", "Events"],
  ["g c", "Compare"],
  ["g t", "Theory"],
  ["g r", "All runs"],
  ["j k", "next, previous member"],
  ["[ ]", "generation back, on"],
  ["Space", "live or hold"],
  ["p", "pause or unpause the run"],
  ["/", "filter or search"],
  ["Esc", "clear time range, then selection"],
  ["arrows", "move the cursor of the panel in focus"],
  ["Enter", "select what the cursor is on"],
  ["t", "the panel in focus as a table"],
  ["?", "this sheet"],
];

function go(letter: string): void {
  const page = pages[letter];
  if (page === undefined) return;
  const run = currentRun.peek();
  const to: Route | null =
    page === "compare"
      ? { kind: "compare" }
      : page === "lab"
        ? { kind: "lab", name: null }
        : page === "runs"
          ? { kind: "runs" }
          : run === null
            ? null
            : { kind: "run", run, page };
  if (to !== null) navigate(hrefOf(to, sharedParameters));
}

function stepMember(by: number): void {
  const members = manifest.peek()?.members ?? 0;
  if (members === 0) return;
  const now = selection.peek();
  const at = now.kind === "members" ? now.ids.at(-1)! : by > 0 ? -1 : 0;
  const next = (at + by + members) % members;
  selectMember(next);
  announce(`${nameOf(next)} selected`);
}

function stepGeneration(by: number): void {
  const last = drawn.peek().generation - 1;
  if (last < 0) return;
  const next = Math.min(last, Math.max(0, (cursor.peek() ?? last) + by));
  setCursor(next);
  announce(`generation ${next + 1}`);
}

let awaiting = false;
let ending: ReturnType<typeof setTimeout> | undefined;

function onKeyDown(event: KeyboardEvent): void {
  const { target } = event;
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]") === null) clearView();
    return;
  }
  if (!shortcuts.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (target instanceof Element && target.matches("input, textarea, select, [contenteditable]")) return;
  if (event.key === " " && target instanceof Element && target.matches("button, a, summary")) return;
  if (awaiting) {
    awaiting = false;
    go(event.key);
    return;
  }
  const acts: Readonly<Record<string, () => void>> = {
    g: () => {
      awaiting = true;
      // The timer of an earlier `g` must not end this one's wait.
      clearTimeout(ending);
      ending = setTimeout(() => (awaiting = false), 1500);
    },
    j: () => stepMember(1),
    k: () => stepMember(-1),
    "[": () => stepGeneration(-1),
    "]": () => stepGeneration(1),
    " ": () => {
      setHeld(!held.peek());
      announce(held.peek() ? "Held" : "Live");
    },
    p: () => void pauseOrUnpause(),
    "/": () => {
      const field = document.querySelector<HTMLInputElement>("input[type=search]");
      if (field !== null) field.focus();
      else if (route.peek().kind === "run") go("m");
    },
    "?": () => {
      helpOpen.value = true;
    },
  };
  const act = acts[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

/** Single keys, and the sheet that lists them. */
export function Shortcuts() {
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Keys" onClose={() => (helpOpen.value = false)}>
      <div class="keys">
        {sheet.map(([keys, does]) => (
          <>
            <kbd>{keys}</kbd>
            <span>{does}</span>
          </>
        ))}
      </div>
      <p class="tools">
        <label>
          <input
            type="checkbox"
            checked={shortcuts.value}
            onChange={(event) => (shortcuts.value = event.currentTarget.checked)}
          />
          Single-key shortcuts
        </label>
        <label>
          Fitness colours
          <select
            value={palette.value}
            onChange={(event) =>
              (palette.value = event.currentTarget.value === "cividis" ? "cividis" : "viridis")
            }
          >
            <option>viridis</option>
            <option>cividis</option>
          </select>
        </label>
      </p>
      <p class="soft small">
        Drag on a chart to choose a time range, double-click to clear it. Shift adds to a selection. Ctrl and
        the wheel zoom.
      </p>
      <div class="actions">
        <form method="dialog">
          <button>Close</button>
        </form>
      </div>
    </Dialog>
  );
}
