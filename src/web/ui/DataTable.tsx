import { useSignal } from "@preact/signals";
import { count, number } from "./format.ts";

/** Rows and columns: what a figure shows, as numbers. */
export interface TableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | null)[])[];
}

const page = 25;

/** A real table, 25 rows a page: the alternative to every figure. */
export function DataTable({ data, caption }: { readonly data: TableData; readonly caption: string }) {
  const at = useSignal(0);
  const pages = Math.max(1, Math.ceil(data.rows.length / page));
  const now = Math.min(at.value, pages - 1);
  const numeric = data.columns.map((_, i) => data.rows.some((row) => typeof row[i] === "number"));
  return (
    <div>
      <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {data.columns.map((name, i) => (
                <th key={name} scope="col" class={numeric[i] === true ? "n" : ""}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.slice(now * page, (now + 1) * page).map((row, r) => (
              <tr key={r}>
                {row.map((cell, i) => (
                  <td key={i} class={numeric[i] === true ? "n" : ""}>
                    {typeof cell === "number" ? number(cell, 5) : (cell ?? "–")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div class="pager">
          <button disabled={now === 0} onClick={() => (at.value = now - 1)}>
            Previous
          </button>
          <span>
            {count(now * page + 1)}–{count(Math.min(data.rows.length, (now + 1) * page))} of{" "}
            {count(data.rows.length)}
          </span>
          <button disabled={now === pages - 1} onClick={() => (at.value = now + 1)}>
            Next
          </button>
        </div>
      )}
    </div>
  );
}
