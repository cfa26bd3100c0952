import { runList } from "../data/run.ts";
import { access } from "../data/source.ts";
import { hrefOf } from "../state/location.ts";
import { clock, count, number } from "../ui/format.ts";
import { openFile } from "../ui/DropZone.tsx";

function Choose() {
  return (
    <label>
      Open a snapshot
      <input
        type="file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) void openFile(file);
        }}
      />
    </label>
  );
}

/** What there is to do on a page without a server: nothing is wrong, a file is wanted. */
function Invite({ why }: { readonly why: string | null }) {
  return (
    <>
      <h1>Polytempo viewer</h1>
      <div class="invite">
        <h2>Drop a snapshot here</h2>
        <p class="tools">
          <Choose />
        </p>
        <p class="soft small">
          A snapshot is one file with a run: <code>polytempo export runs/x --to snapshot</code>, or Export in
          the dashboard. It stays on this computer.
        </p>
        {why !== null && <p class="soft small">{why}</p>}
      </div>
    </>
  );
}

/** All runs, newest first. */
export function RunsPage() {
  const { data, error } = runList.value;
  const runs = data?.runs ?? [];
  if (error?.kind === "no-api") return <Invite why={error.message} />;
  if (access.value.kind === "snapshot" && data !== null && runs.length === 0) return <Invite why={null} />;
  return (
    <>
      <h1>Runs</h1>
      {error !== null && (
        <p class="notice" data-kind="error">
          {error.message}
        </p>
      )}
      {data === null && error === null && <p class="soft">Reading runs …</p>}
      {data !== null && runs.length === 0 && (
        <div class="prose">
          <p>There are no runs here yet.</p>
          <p>
            <code>polytempo init</code> writes a small example, <code>polytempo run</code> starts it; it then
            appears here.
          </p>
        </div>
      )}
      {runs.length > 0 && (
        <div class="panel scroll">
          <table>
            <caption>
              {access.value.kind === "snapshot" ? "In the opened file" : "In this directory, newest first"}
            </caption>
            <thead>
              <tr>
                <th scope="col">run</th>
                <th scope="col">stands</th>
                <th scope="col" class="n">
                  members
                </th>
                <th scope="col" class="n">
                  generations
                </th>
                <th scope="col">metric</th>
                <th scope="col" class="n">
                  best
                </th>
                <th scope="col">last written</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.run}>
                  <td>
                    {run.phase === "unreadable" ? (
                      run.run
                    ) : (
                      <a href={hrefOf({ kind: "run", run: run.run, page: "overview" })}>{run.run}</a>
                    )}
                  </td>
                  <td class="wrap roomy">{run.standing === "" ? run.phase : run.standing}</td>
                  <td class="n">{count(run.members)}</td>
                  <td class="n">{count(run.generation)}</td>
                  <td>{run.metric === null ? "–" : `${run.metric.name} (${run.metric.mode})`}</td>
                  <td class="n">{number(run.best, 4)}</td>
                  <td>{clock(run.changedMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="tools soft">
        <Choose />
        or drop one anywhere on the page.
      </p>
    </>
  );
}
