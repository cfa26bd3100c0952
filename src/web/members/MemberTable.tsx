import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { MemberRow } from "../../server/index.ts";
import { founderName, manifest } from "../data/run.ts";
import { parameter, setParameters } from "../state/location.ts";
import { hover, selection, selectMember, setHover } from "../state/selection.ts";
import { count, number, percent, value } from "../ui/format.ts";
import { founderColour } from "../ui/theme.ts";
import { fieldOf } from "./filter.ts";
import { Spark } from "./Spark.tsx";

const rowHeight = 28;
const beyond = 12;

interface Column {
  readonly field: string;
  readonly title: string;
  readonly numeric: boolean;
  readonly cell: (row: MemberRow) => preact.ComponentChildren;
}

/** Columns of the table: what was measured, every hyperparameter, where it comes from. */
function columnsOf(): Column[] {
  const run = manifest.value;
  if (run === null) return [];
  return [
    { field: "name", title: "member", numeric: false, cell: (row) => row.name },
    { field: "rank", title: "rank", numeric: true, cell: (row) => row.rank ?? "–" },
    { field: "value", title: run.metric.name, numeric: true, cell: (row) => number(row.value, 4) },
    { field: "change", title: "Δ", numeric: true, cell: (row) => percent(row.change) },
    { field: "", title: "history", numeric: false, cell: (row) => <Spark values={row.spark} /> },
    ...run.hyperparameters.map(({ name }) => ({
      field: name,
      title: name,
      numeric: true,
      cell: (row: MemberRow) => {
        const [of, next] = [row.hyperparameters[name], row.next?.[name]];
        return next === undefined || next === of ? (
          value(of)
        ) : (
          <>
            {value(of)} <span class="soft small">next: {value(next)}</span>
          </>
        );
      },
    })),
    {
      field: "founder",
      title: "founder",
      numeric: false,
      cell: (row) => (
        <span class="chip">
          <span class="swatch" style={{ background: founderColour(row.founder) }} aria-hidden="true" />
          {founderName(row.founder)}
        </span>
      ),
    },
    { field: "copies", title: "copies", numeric: true, cell: (row) => count(row.children) },
    { field: "step", title: "step", numeric: true, cell: (row) => count(row.step) },
    {
      field: "status",
      title: "state",
      numeric: false,
      cell: (row) => (row.cause === null ? row.status : `${row.status}: ${row.cause}`),
    },
  ];
}

/** Rows in the order of the address (`sort=lr` or `sort=-lr`); those without a value come last. */
export function sorted(rows: readonly MemberRow[], metric: string): MemberRow[] {
  const by = parameter("sort") ?? "rank";
  const down = by.startsWith("-");
  const field = down ? by.slice(1) : by;
  return rows.toSorted((a, b) => {
    const [x, y] = [fieldOf(a, field, metric) ?? null, fieldOf(b, field, metric) ?? null];
    if (x === null || y === null) return x === y ? a.member - b.member : x === null ? 1 : -1;
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return (down ? -order : order) || a.member - b.member;
  });
}

/** All members in one table, of which only the rows in view exist. */
export function MemberTable({ rows }: { readonly rows: readonly MemberRow[] }) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const columns = columnsOf();
  const by = parameter("sort") ?? "rank";
  const chosen = selection.value;
  const isChosen = (row: MemberRow): boolean =>
    chosen.kind === "members"
      ? chosen.ids.includes(row.member)
      : chosen.kind === "lineage" && chosen.founder === row.founder;
  const height = box.current?.clientHeight ?? 640;
  const first = Math.max(0, Math.floor(top.value / rowHeight) - beyond);
  const until = Math.min(rows.length, Math.ceil((top.value + height) / rowHeight) + beyond);
  const last = chosen.kind === "members" ? chosen.ids.at(-1) : undefined;
  useEffect(() => {
    const at = rows.findIndex((row) => row.member === last);
    const area = box.current;
    if (at < 0 || area === null) return;
    const y = at * rowHeight;
    if (y < area.scrollTop || y > area.scrollTop + area.clientHeight - 3 * rowHeight)
      area.scrollTop = Math.max(0, y - area.clientHeight / 2);
  }, [last]);
  const move = (by_: number): void => {
    const at = rows.findIndex((row) => row.member === last);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by_))];
    if (next !== undefined) selectMember(next.member);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by_ = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (by_ === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    move(by_);
  };
  return (
    <div
      class="virtual"
      ref={box}
      tabIndex={0}
      role="region"
      aria-label="Members"
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ field, title, numeric }) => (
              <th
                key={title}
                scope="col"
                class={numeric ? "n" : ""}
                aria-sort={by === field ? "ascending" : by === `-${field}` ? "descending" : undefined}
              >
                {field === "" ? (
                  title
                ) : (
                  <button onClick={() => setParameters({ sort: by === field ? `-${field}` : field })}>
                    {title}
                    {by === field ? " ▲" : by === `-${field}` ? " ▼" : ""}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: `${first * rowHeight}px` }} aria-hidden="true" />}
          {rows.slice(first, until).map((row, i) => (
            <tr
              key={row.member}
              aria-rowindex={first + i + 2}
              aria-selected={isChosen(row)}
              data-hover={hover.value.member === row.member ? "" : undefined}
              onClick={(event) => selectMember(row.member, event.shiftKey)}
              onPointerEnter={() => setHover({ member: row.member })}
              onPointerLeave={() => setHover(null)}
            >
              {columns.map(({ title, numeric, cell }) => (
                <td key={title} class={numeric ? "n" : ""}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {until < rows.length && (
            <tr style={{ height: `${(rows.length - until) * rowHeight}px` }} aria-hidden="true" />
          )}
        </tbody>
      </table>
    </div>
  );
}
