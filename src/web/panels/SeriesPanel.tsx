import { useMemo } from "preact/hooks";
import { type OverTimeData, overTimeFigure } from "../../figures/index.ts";
import type { GenerationsMeta } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { type GenerationColumns, nearestIndex, useGenerations, valuesOf } from "../data/generations.ts";
import { generationWindow } from "../data/window.ts";
import { usePlateaus } from "../data/plateaus.ts";
import { timeRange, cursor, hover, setHover } from "../state/selection.ts";
import { runPath } from "../data/access.ts";
import { currentRun } from "../data/run.ts";
import { count, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { generationKeys } from "./keys.ts";

interface SeriesPanelProps {
  readonly id: string;
  readonly question: string;
  readonly answer: (data: GenerationColumns, meta: GenerationsMeta) => string;
  readonly yLabel: string;
  readonly series: (data: GenerationColumns, meta: GenerationsMeta) => OverTimeData["series"];
  readonly fromZero?: boolean;
  readonly tools?: preact.ComponentChildren;
  /** Changes whenever `series` would say something else on the same data. */
  readonly depends?: string;
  readonly height?: number;
  /** What the figure leaves out. */
  readonly note?: string | undefined;
  /** What to say while no value is known. */
  readonly without?: string;
  /** Why nothing is drawn though values are there; null: it is. */
  readonly instead?: string | null;
}

/** Quantities of the population by generation. */
export function SeriesPanel(props: SeriesPanelProps) {
  const { id, question, yLabel, tools, fromZero = false, depends = "" } = props;
  const frame = useFrame(id, props.height ?? 232);
  const answer = useGenerations(frame.visible);
  const { data } = answer;
  const range = timeRange.value;
  const made = useMemo(() => {
    if (data === null) return null;
    const steps = valuesOf(data, "step");
    const within = (row: number): boolean =>
      range === null || (steps[row]! >= range[0] && steps[row]! <= range[1]);
    const rows = [...valuesOf(data, "generation").keys()].filter(within);
    const pick = (values: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => values[row]!);
    const generation = pick(valuesOf(data, "generation"));
    const series = props.series(data, data.meta).map((entry) => ({ ...entry, values: pick(entry.values) }));
    const sentence = rows.length === 0 ? "" : props.answer(data, data.meta);
    const figure = overTimeFigure({
      title: question,
      caption: sentence,
      generation,
      yLabel,
      series,
      fromZero,
    });
    return { generation, series, sentence, figure };
  }, [data, question, depends, String(range)]);
  const { brush } = generationWindow(data);
  const shades = usePlateaus(data);
  const say = (row: number): void => {
    if (made === null) return;
    const parts = made.series.map(({ label, values }) => `${label} ${number(values[row])}`);
    frame.readout.value = `generation ${made.generation[row]! + 1}: ${parts.join(", ")}`;
  };
  const empty =
    props.instead ??
    (made === null
      ? null
      : made.generation.length === 0
        ? range === null
          ? "No generation has been decided yet."
          : "No generation ends in this time range."
        : props.without !== undefined && !known(made.series)
          ? props.without
          : null);
  return (
    <Panel
      frame={frame}
      question={question}
      answer={empty === null ? (made?.sentence ?? "") : ""}
      needs={[answer]}
      empty={empty}
      tools={tools}
      keys={generationKeys(made?.generation ?? [], say)}
      footer={[
        data === null || made === null || empty !== null
          ? null
          : `${count(made.generation.length)} of ${plural(valuesOf(data, "generation").length, "generation")} drawn`,
        props.note ?? null,
      ]}
      figure={() => made?.figure ?? null}
      table={() => ({
        columns: ["generation", ...(made?.series ?? []).map(({ label }) => label)],
        rows: Array.from(made?.generation ?? [], (g, row) => [
          g + 1,
          ...made!.series.map(({ values }) => values[row]!),
        ]),
      })}
      fullCsv={currentRun.value === null ? null : runPath(currentRun.value, "/export.csv?what=generations")}
    >
      <FigureView
        panel={made?.figure.panels[0] ?? null}
        onBrush={brush}
        shades={shades}
        width={frame.width.value}
        height={frame.height}
        cursorX={hover.value.generation ?? cursor.value}
        onHover={(x) => {
          const row = x === null || made === null ? -1 : nearestIndex(made.generation, x);
          if (row < 0) {
            setHover(null);
            frame.readout.value = "";
            return;
          }
          setHover({ generation: made!.generation[row]! });
          say(row);
        }}
      />
    </Panel>
  );
}

const known = (series: OverTimeData["series"]): boolean =>
  series.some(
    ({ values, reference }) => reference !== true && Array.from(values).some((v) => Number.isFinite(v)),
  );
