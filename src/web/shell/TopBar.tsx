import type { Phase } from "../../server/index.ts";
import { runPath } from "../data/access.ts";
import { connected, currentRun, held, manifest, progress, runList, setHeld, waiting } from "../data/run.ts";
import { access } from "../data/source.ts";
import { saveFrom, fileName } from "../export/save.ts";
import { hrefOf, navigate, route } from "../state/location.ts";
import { nextTheme, theme } from "../state/preferences.ts";
import { count, duration, plural } from "../ui/format.ts";
import { Menu } from "../ui/Menu.tsx";
import { toast } from "../ui/feedback.tsx";
import { Controls } from "../controls/Controls.tsx";
import { helpOpen } from "./Shortcuts.tsx";

const phases: Readonly<Record<Phase, { readonly text: string; readonly state: string }>> = {
  live: { text: "live", state: "live" },
  killed: { text: "its process died", state: "dead" },
  elsewhere: { text: "runs on another machine", state: "live" },
  stopped: { text: "stopped", state: "ended" },
  ended: { text: "ended", state: "ended" },
  empty: { text: "empty", state: "ended" },
  unreadable: { text: "unreadable", state: "dead" },
};

function Facts() {
  const run = manifest.value;
  if (run === null) return null;
  const now = progress.value;
  const phase = now?.phase ?? run.phase;
  const { paused, pausing } = now ?? run;
  const generation = now?.generation ?? run.generation;
  const generations = now?.generations ?? run.generations;
  const failed = run.failure != null && (phase === "ended" || phase === "stopped");
  const shown =
    paused && phase === "live"
      ? pausing === true
        ? { text: "pausing", state: "pausing" }
        : { text: "paused", state: "paused" }
      : failed
        ? { text: "failed", state: "dead" }
        : phases[phase];
  const offline = access.value.kind === "server" && !connected.value;
  return (
    <p class="facts" data-facts>
      <span class="state" data-state={offline ? "dead" : shown.state}>
        {offline ? "no connection" : shown.text}
      </span>
      <span>
        gen <strong>{count(generation)}</strong>
        {generations === null ? "" : `/${count(generations)}`}
      </span>
      {now?.etaMs != null && phase === "live" && <span>ETA {duration(now.etaMs)}</span>}
      <span>
        {count(now?.alive ?? run.alive)}/{count(run.members)} alive
      </span>
      {run.intervened && <span title="The seed alone does not reproduce this run.">intervened</span>}
    </p>
  );
}

function RunSwitch() {
  const list = runList.value.data?.runs ?? [];
  const run = currentRun.value;
  if (run === null) {
    return (
      <a class="brand" href={hrefOf({ kind: "runs" })}>
        Polytempo
      </a>
    );
  }
  const names = list.some((entry) => entry.run === run)
    ? list.map((entry) => entry.run)
    : [run, ...list.map((entry) => entry.run)];
  return (
    <label>
      <span class="visually-hidden">Run</span>
      <select
        value={run}
        onChange={(event) => {
          const at = route.peek();
          navigate(
            hrefOf({
              kind: "run",
              run: event.currentTarget.value,
              page: at.kind === "run" ? at.page : "overview",
            }),
          );
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Hold() {
  if (access.value.kind === "snapshot" || manifest.value === null) return null;
  const more = waiting.value;
  return (
    <button
      aria-pressed={held.value}
      title="Freeze what is drawn (Space). Data go on arriving."
      onClick={() => setHeld(!held.value)}
    >
      {held.value ? `Held${more > 0 ? ` · +${plural(more, "generation")}` : ""}` : "Hold"}
    </button>
  );
}

function Export() {
  const run = currentRun.value;
  if (run === null || manifest.value === null) return null;
  const save = (request: string, ending: string) => () => {
    const url = access.value.download(runPath(run, request));
    if (url === null) toast("A snapshot holds no files. Panels save what they show.");
    else saveFrom(url, `${fileName(run, ending)}`);
  };
  return (
    <Menu
      label="Export the run"
      text="Export"
      items={[
        { label: "Snapshot (one file, opens here)", act: save("/snapshot", "snapshot.ptsnap") },
        { label: "Evaluations CSV", act: save("/export.csv?what=evaluations", "evaluations.csv") },
        { label: "Generations CSV", act: save("/export.csv?what=generations", "generations.csv") },
        { label: "Samples CSV", act: save("/export.csv?what=samples", "samples.csv") },
      ]}
    />
  );
}

/** Name of the run, how it stands, and what can be done with it. */
export function TopBar() {
  return (
    <header class="bar">
      <RunSwitch />
      <Facts />
      <div class="actions">
        <Hold />
        <Controls />
        <Export />
        <button
          class="icon"
          title={`Theme: ${theme.value}`}
          aria-label={`Theme: ${theme.value}. Change`}
          onClick={nextTheme}
        >
          {theme.value === "system" ? "◐" : theme.value === "light" ? "○" : "●"}
        </button>
        <button
          class="icon"
          title="Keys and help (?)"
          aria-label="Keys and help"
          onClick={() => (helpOpen.value = true)}
        >
          ?
        </button>
      </div>
    </header>
  );
}
