import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Figure } from "../../figures/index.ts";
import { failedBefore } from "../data/failed.ts";
import type { Answer } from "../data/query.ts";
import { DataTable, type TableData } from "./DataTable.tsx";
import type { Frame } from "./frame.ts";
import { announce } from "./feedback.tsx";
import { PanelMenu } from "./PanelMenu.tsx";

/** How the keyboard moves within a figure. */
export interface Keys {
  /** Arrow keys: −1, 0 or 1 each. */
  readonly move: (x: number, y: number) => void;
  readonly enter?: () => void;
}

interface PanelProps {
  readonly frame: Frame;
  /** The question that the figure answers: its title. */
  readonly question: string;
  /** One sentence computed from the data. */
  readonly answer: string;
  /** What the panel waits for; its errors and first loads are shown in place of the figure. */
  readonly needs: readonly Answer<unknown>[];
  /** Why there is nothing to draw yet; null: there is. */
  readonly empty?: string | null;
  readonly footer?: readonly (string | null)[];
  readonly tools?: ComponentChildren;
  readonly keys?: Keys;
  /** The figure as numbers. */
  readonly table?: () => TableData;
  /** The figure for paper. */
  readonly figure?: () => Figure | null;
  /** A file with all the data behind the panel, where it is more than the table. */
  readonly fullCsv?: string | null;
  /** It takes the whole width of the page, as an expanded one does. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Panels that have something to show of a run without any value. */
const withoutValues = /^(events|members|timeline)/;

/** A question, its answer, a figure, and what the figure leaves out. */
export function Panel(props: PanelProps) {
  const { frame, question, needs, tools, keys, table, children } = props;
  const failure = withoutValues.test(frame.id) ? null : failedBefore();
  const empty = failure ?? props.empty ?? null;
  const answer = failure === null ? props.answer : "";
  const footer = failure === null ? (props.footer ?? []) : [];
  const id = useId();
  const asTable = useSignal(false);
  const failed = needs.find(({ error, data }) => error !== null && data === null)?.error ?? null;
  const stale = needs.find(({ error }) => error !== null)?.error ?? null;
  const first = needs.some(({ data, error }) => data === null && error === null);
  const state =
    failed !== null
      ? ({ kind: failed.kind === "left-out" ? "empty" : "error", text: failed.message } as const)
      : first
        ? ({ kind: "wait", text: "Reading …" } as const)
        : empty !== null
          ? ({ kind: "empty", text: empty } as const)
          : null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const arrow = arrows[event.key];
    if (arrow !== undefined && keys !== undefined) {
      keys.move(arrow[0], arrow[1]);
      announce(frame.readout.value);
    } else if (event.key === "Enter" && keys?.enter !== undefined) keys.enter();
    else if (event.key === "t" && table !== undefined) asTable.value = !asTable.value;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const notes = [
    ...footer,
    stale === null || failed !== null ? null : `not up to date: ${stale.message}`,
  ].filter((note) => note !== null);
  return (
    <section
      class="panel"
      ref={frame.element}
      style={frame.expanded || props.wide === true ? { gridColumn: "1 / -1" } : undefined}
      data-panel={frame.id}
      data-state={state?.kind ?? "drawn"}
      aria-busy={needs.some(({ loading }) => loading)}
    >
      <header>
        <div>
          <h2 id={`${id}q`}>{question}</h2>
          <p class="answer" id={`${id}a`}>
            {state === null || state.kind === "empty" ? answer.replaceAll(" %", "\u00a0%") : " "}
          </p>
        </div>
        <PanelMenu
          {...props}
          ready={state === null}
          asTable={asTable.value}
          onTable={() => (asTable.value = !asTable.value)}
        />
      </header>
      {tools !== undefined && state === null && <div class="tools">{tools}</div>}
      {state !== null ? (
        <div class="empty" data-kind={state.kind}>
          <p>{state.text}</p>
        </div>
      ) : asTable.value && table !== undefined ? (
        <DataTable data={table()} caption={`${question} ${answer}`} />
      ) : (
        <figure
          role="group"
          aria-labelledby={`${id}q`}
          aria-describedby={`${id}a`}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          {children}
        </figure>
      )}
      {state === null && <p class="readout">{frame.readout}</p>}
      {notes.length > 0 && (
        <footer>
          {notes.map((note) => (
            <span key={note}>{note}</span>
          ))}
        </footer>
      )}
    </section>
  );
}
