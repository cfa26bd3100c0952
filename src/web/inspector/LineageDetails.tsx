import { useSignal } from "@preact/signals";
import type { MemberTable } from "../../server/index.ts";
import { runPath } from "../data/access.ts";
import { useJson } from "../data/query.ts";
import { atBoundaries, currentRun, founderName, manifest } from "../data/run.ts";
import { selectMember } from "../state/selection.ts";
import { number, percent, plural } from "../ui/format.ts";
import { founderColour } from "../ui/theme.ts";

/** All members that descend from one founder. */
export function LineageDetails({ founder }: { readonly founder: number }) {
  const visible = useSignal(true);
  const answer = useJson<MemberTable>(
    () => (currentRun.value === null ? null : runPath(currentRun.value, "/members")),
    atBoundaries,
    visible,
  );
  const run = manifest.value;
  const rows = (answer.data?.members ?? [])
    .filter((row) => row.founder === founder)
    .toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));
  return (
    <>
      <h2>
        <span class="swatch" style={{ background: founderColour(founder) }} aria-hidden="true" />
        Lineage of {founderName(founder)}
      </h2>
      <p class="soft">
        {plural(rows.length, "member")} now, {percent(rows.length / Math.max(1, run?.members ?? 1))} of the
        population
      </p>
      <section>
        <table>
          <thead>
            <tr>
              <th scope="col">member</th>
              <th scope="col" class="n">
                {run?.metric.name}
              </th>
              <th scope="col" class="n">
                rank
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 50).map((row) => (
              <tr key={row.member}>
                <td>
                  <button class="link" onClick={() => selectMember(row.member)}>
                    {row.name}
                  </button>
                </td>
                <td class="n">{number(row.value, 4)}</td>
                <td class="n">{row.rank ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length > 50 && <p class="soft small">and {plural(rows.length - 50, "more member")}</p>}
      </section>
    </>
  );
}
