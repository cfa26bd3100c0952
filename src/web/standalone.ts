import "./styles/main.css";
import type { Access } from "./data/access.ts";
import { openSnapshot, snapshotAccess } from "./data/snapshot.ts";
import { access } from "./data/source.ts";
import type { RunList } from "../server/index.ts";
import * as pages from "./pages/drawn.ts";
import { start } from "./start.tsx";
import { hrefOf, navigate } from "./state/location.ts";

const drawn = (): Promise<typeof pages> => Promise.resolve(pages);

/** Nothing to show until a file is dropped. */
const nothing = (): Access =>
  snapshotAccess({
    meta: {
      format: "polytempo-snapshot",
      version: 1,
      madeMs: 0,
      polytempo: "",
      runs: [],
      json: { "/runs": { runs: [] } },
      binary: [],
      leftOut: [],
    },
    arrays: {},
  });

/**
 * The page within one file: a report puts its snapshot, in base64, into `<script type="application/octet-stream"
 * id="snapshot">`. Without one, the page waits for a dropped file.
 */
async function begin(): Promise<void> {
  const text = document.getElementById("snapshot")?.textContent?.trim() ?? "";
  if (text === "") {
    access.value = nothing();
    start(null, drawn);
    return;
  }
  access.value = await openSnapshot(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const { runs } = await access.value.json<RunList>("/runs");
  start(null, drawn);
  const only = runs[0];
  if (location.hash === "" && runs.length === 1 && only !== undefined) {
    navigate(hrefOf({ kind: "run", run: only.run, page: "overview" }));
  }
}

void begin();
