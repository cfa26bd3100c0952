import { useSignal } from "@preact/signals";
import { joinNames, splitNames } from "../../figures/index.ts";
import type { CompareMeta } from "../../server/index.ts";
import { ComparePanel } from "../compare/ComparePanel.tsx";
import { CompareTables } from "../compare/CompareTables.tsx";
import { requestOf } from "../data/access.ts";
import { useColumns } from "../data/query.ts";
import { runList } from "../data/run.ts";
import { parameter, setParameters } from "../state/location.ts";

const most = 8;

/** View 14. What if? Two to eight runs side by side. */
export function ComparePage() {
  const list =
    runList.value.data?.runs.filter(({ phase }) => phase !== "unreadable" && phase !== "empty") ?? [];
  const chosen = splitNames(parameter("runs") ?? "");
  const visible = useSignal(true);
  const answer = useColumns<CompareMeta>(
    () => (chosen.length < 2 ? null : requestOf("/compare", { runs: joinNames(chosen), px: 600 })),
    () => list.reduce((sum, run) => sum + run.generation, 0),
    visible,
  );
  const data =
    answer.data !== null && joinNames(answer.data.meta.runs.map(({ run }) => run)) === joinNames(chosen)
      ? answer.data
      : null;
  return (
    <>
      <h1>Compare</h1>
      <fieldset class="tools choice">
        <legend>Two to eight runs; differences are to the first</legend>
        {list.map(({ run }) => (
          <label key={run}>
            <input
              type="checkbox"
              checked={chosen.includes(run)}
              disabled={!chosen.includes(run) && chosen.length >= most}
              onChange={(event) => {
                const next = event.currentTarget.checked
                  ? [...chosen, run]
                  : chosen.filter((name) => name !== run);
                setParameters({ runs: joinNames(next) });
              }}
            />
            {run}
          </label>
        ))}
      </fieldset>
      {list.length < 2 && <p class="soft">There are fewer than two runs to compare.</p>}
      {chosen.length >= 2 && (
        <div class="grid one">
          <ComparePanel answer={{ ...answer, data }} />
          {data !== null && data.meta.caveats.length > 0 && (
            <div class="notice caveats" data-caveat>
              {data.meta.caveats.map((caveat) => (
                <p key={caveat}>{caveat}</p>
              ))}
            </div>
          )}
          {data !== null && <CompareTables meta={data.meta} />}
        </div>
      )}
    </>
  );
}
