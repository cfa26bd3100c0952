import { useSignal } from "@preact/signals";
import { manifest, nameOf } from "../data/run.ts";
import { runPath } from "../data/access.ts";
import { failedBefore } from "../data/failed.ts";
import { useJson } from "../data/query.ts";
import { atBoundaries, currentRun } from "../data/run.ts";
import { parameter } from "../state/location.ts";
import { select, selection } from "../state/selection.ts";
import { plural } from "../ui/format.ts";
import { LineageDetails } from "./LineageDetails.tsx";
import { MemberDetails } from "./MemberDetails.tsx";
import type { MemberFacts } from "../../server/index.ts";

/** What is selected, in full; the best member while nothing is. On small screens only while something is selected. */
export function Inspector() {
  const chosen = selection.value;
  const run = manifest.value;
  const narrow = useSignal(window.matchMedia("(max-width: 900px)"));
  const best = run?.best?.member ?? null;
  const member = chosen.kind === "members" ? chosen.ids.at(-1)! : chosen.kind === "none" ? best : null;
  const visible = useSignal(true);
  // A lineage may be followed to an earlier state of a member: `at` in the address.
  const facts = useJson<MemberFacts>(
    () => {
      if (currentRun.value === null || member === null) return null;
      const at = parameter("at");
      return runPath(
        currentRun.value,
        `/members/${member}${at === null ? "" : `?generation=${encodeURIComponent(at)}`}`,
      );
    },
    atBoundaries,
    visible,
  );
  if (run === null || (chosen.kind === "none" && narrow.value.matches)) return null;
  const others = chosen.kind === "members" ? chosen.ids.length - 1 : 0;
  return (
    <aside class="side inspector" aria-label="Inspector">
      {chosen.kind === "lineage" ? (
        <LineageDetails founder={chosen.founder} />
      ) : member === null ? (
        <p class="soft">{failedBefore() ?? "No member has been evaluated yet."}</p>
      ) : facts.data === null || facts.data.row.member !== member ? (
        <p class="soft">
          {facts.error === null || facts.loading ? `Reading ${nameOf(member)} …` : facts.error.message}
        </p>
      ) : (
        <MemberDetails facts={facts.data} isBest={member === best} selected={chosen.kind === "members"} />
      )}
      {others > 0 && <p class="soft small">and {plural(others, "other member")} selected</p>}
      {chosen.kind !== "none" && (
        <p>
          <button class="link" onClick={() => select({ kind: "none" })}>
            Clear selection
          </button>
        </p>
      )}
    </aside>
  );
}
