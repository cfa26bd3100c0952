import type { MemberTable as Table } from "../../server/index.ts";
import { runPath } from "../data/access.ts";
import { useJson } from "../data/query.ts";
import { atBoundaries, currentRun, founderName, manifest } from "../data/run.ts";
import { fields, parseFilter } from "../members/filter.ts";
import { MemberTable, sorted } from "../members/MemberTable.tsx";
import { parameter, setParameters } from "../state/location.ts";
import { count, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import type { TableData } from "../ui/DataTable.tsx";

/** View 12. Every member: sort, filter, copy. */
export function MembersPage() {
  const frame = useFrame("members");
  const run = manifest.value;
  const answer = useJson<Table>(
    () => (currentRun.value === null ? null : runPath(currentRun.value, "/members")),
    atBoundaries,
    frame.visible,
  );
  const metric = run?.metric.name ?? "value";
  const names = run?.hyperparameters.map(({ name }) => name) ?? [];
  const text = parameter("filter") ?? "";
  const filter = parseFilter(text, [...names, metric, ...fields]);
  const all = answer.data?.members ?? [];
  const rows = sorted(
    all.filter((row) => filter.accepts(row, metric)),
    metric,
  );
  const failed = all.filter(({ status }) => status === "failed").length;
  const table = (): TableData => ({
    columns: ["member", "rank", metric, "change", ...names, "founder", "copies", "step", "state", "cause"],
    rows: rows.map((row) => [
      row.name,
      row.rank,
      row.value,
      row.change,
      ...names.map((name) => {
        const of = row.hyperparameters[name];
        return typeof of === "boolean" ? String(of) : (of ?? null);
      }),
      founderName(row.founder),
      row.children,
      row.step,
      row.status,
      row.cause,
    ]),
  });
  return (
    <>
      <h1>Members</h1>
      <div class="grid one">
        <Panel
          frame={frame}
          question="How does each member do?"
          answer={
            answer.data === null
              ? ""
              : `${plural(all.length, "member")}, ${failed === 0 ? "none failed" : `${count(failed)} failed`}.`
          }
          needs={[answer]}
          empty={answer.data !== null && all.length === 0 ? "No member has been drawn yet." : null}
          tools={
            <>
              <label>
                Filter
                <input
                  type="search"
                  size={36}
                  placeholder={`${names[0] ?? "rank"} > 1e-3 and status = ok`}
                  value={text}
                  onInput={(event) => setParameters({ filter: event.currentTarget.value })}
                />
              </label>
              {(filter.problem ?? (rows.length === 0 && text.trim() !== "" ? "" : null)) !== null && (
                <span role="status">{filter.problem ?? "No member matches this filter."}</span>
              )}
            </>
          }
          footer={[
            `${count(rows.length)} of ${plural(all.length, "member")} listed`,
            "history: at most 32 of a member's evaluations",
            run?.verified === false
              ? "hyperparameters unverified: this kind of trainer cannot say what it used"
              : null,
          ]}
          table={table}
        >
          <MemberTable rows={rows} />
        </Panel>
      </div>
    </>
  );
}
