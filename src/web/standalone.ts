import "./styles/main.css";
import { openSnapshot } from "./data/snapshot.ts";
import { access } from "./data/source.ts";
import { start } from "./start.tsx";

/**
 * The page within one file: a report puts its snapshot, in base64, into `<script type="application/octet-stream"
 * id="snapshot">`. Without one, the page waits for a dropped file.
 */
async function begin(): Promise<void> {
  const text = document.getElementById("snapshot")?.textContent?.trim() ?? "";
  if (text !== "") {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const opened = await openSnapshot(bytes);
    access.value = opened;
    const runs = await opened.json<{ readonly runs: readonly { readonly run: string }[] }>("/runs");
    const only = runs.runs[0]?.run;
    if (location.hash === "" && runs.runs.length === 1 && only !== undefined) {
      history.replaceState(null, "", `#/runs/${encodeURIComponent(only)}/overview`);
      dispatchEvent(new PopStateEvent("popstate"));
    }
  }
  start(null);
}

void begin();
