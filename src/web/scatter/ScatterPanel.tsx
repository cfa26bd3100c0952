import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { PopulationMeta } from "../../server/index.ts";
import { CanvasLayer, type Point } from "../charts/CanvasLayer.tsx";
import { requestOf, runPath } from "../data/access.ts";
import { valuesOf } from "../data/generations.ts";
import { useColumns } from "../data/query.ts";
import { atBoundaries, coloured, currentRun, drawn, manifest, nameOf } from "../data/run.ts";
import { parameter } from "../state/location.ts";
import { palette } from "../state/preferences.ts";
import {
  clearView,
  cursor,
  hover,
  selection,
  selectMember,
  selectMembers,
  setHover,
} from "../state/selection.ts";
import { number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { decoded } from "../panels/progression.ts";
import { axesOf, drawMarked, drawScatter, placeOf } from "./draw.ts";
import { inside, pointIndex } from "./hit.ts";
import { scatterPaper } from "./paper.ts";
import { ScatterKey } from "./ScatterKey.tsx";
import { ScatterTools, trailLength } from "./ScatterTools.tsx";

/** View 3. Where is the population in hyperparameter space? Points, trails of the last generations, the founders in grey. */
export function ScatterPanel() {
  const matrix = parameter("matrix") !== null;
  const frame = useFrame("scatter", matrix ? 420 : 300);
  const run = manifest.value;
  const newest = Math.max(0, drawn.value.generation - 1);
  const until = Math.min(newest, cursor.value ?? newest);
  const from = Math.max(0, until - trailLength());
  const answer = useColumns<PopulationMeta>(
    () =>
      currentRun.value === null || drawn.value.generation === 0
        ? null
        : requestOf(runPath(currentRun.value, "/population"), { from, until }),
    atBoundaries,
    frame.visible,
  );
  const data = answer.data;
  const facts = run?.hyperparameters ?? [];
  const axes = axesOf(facts);
  const colourBy = parameter("colour") === "founder" ? "founder" : "fitness";
  const at = useSignal<number | null>(null);
  const generation = valuesOf(data, "generation");
  const member = valuesOf(data, "member");
  const rows = useMemo(() => {
    const shown = data?.meta.until ?? 0;
    return Array.from(generation.keys()).filter((row) => generation[row] === shown);
  }, [data]);
  const box = { width: frame.width.value, height: frame.height, matrix: matrix && facts.length > 2 };
  const index = useMemo(
    () =>
      data === null || axes === null ? null : pointIndex(rows.map((row) => placeOf(data, row, axes, box))),
    [data, axes?.x.name, axes?.y.name, box.width, box.height],
  );
  const say = (row: number | null): void => {
    at.value = row;
    if (row === null || data === null || run === null) {
      setHover(null);
      frame.readout.value = "";
      return;
    }
    const traits = data.meta.traits.length;
    const coordinates = valuesOf(data, "coordinates");
    const values = facts.map((fact) => {
      const j = data.meta.traits.indexOf(fact.name);
      const of = j < 0 ? "–" : decoded(fact, coordinates[row * traits + j]!);
      return `${fact.name} ${typeof of === "number" ? number(of) : of}`;
    });
    setHover({ member: member[row]!, generation: generation[row]! });
    frame.readout.value = `${nameOf(member[row]!)}: ${run.metric.name} ${number(valuesOf(data, "value")[row])}, ${values.slice(0, 6).join(", ")}`;
  };
  const near = (where: Point): number | null => {
    const found = index?.nearest(where.x, where.y, 14) ?? -1;
    return found < 0 ? null : rows[found]!;
  };
  useEffect(() => {
    if (hover.value.member === null) at.value = null;
  }, [hover.value.member]);
  const chosen = selection.value;
  const founder = valuesOf(data, "founder");
  const marked = (row: number): boolean =>
    (chosen.kind === "members" && chosen.ids.includes(member[row]!)) ||
    (chosen.kind === "lineage" && founder[row] === chosen.founder) ||
    hover.value.member === member[row] ||
    (hover.value.founder !== null && hover.value.founder === founder[row]);
  const style =
    axes === null || run === null
      ? null
      : ({ axes, box, colourBy, better: run.metric.mode === "max" } as const);
  return (
    <Panel
      frame={frame}
      question="Where is the population?"
      answer={
        axes === null || data === null
          ? ""
          : spreadSentence(data.meta, valuesOf(data, "coordinates"), rows, axes.x.name, axes.y.name)
      }
      needs={drawn.value.generation === 0 ? [] : [answer]}
      empty={
        drawn.value.generation === 0
          ? "No generation has ended yet: only the founders are known."
          : axes === null
            ? "This run has no hyperparameter to draw."
            : null
      }
      tools={<ScatterTools facts={facts} until={until} newest={newest} />}
      keys={{
        move: (x, y) => {
          const i = at.peek() === null ? -1 : rows.indexOf(at.peek()!);
          say(rows[(i + (x || y) + rows.length) % rows.length] ?? null);
        },
        enter: () => at.peek() !== null && selectMember(member[at.peek()!]!),
      }}
      footer={[
        generationLabel(until, data?.meta.until ?? until),
        data === null ? null : `${plural(rows.length, "member")} of ${run?.members ?? 0} drawn`,
        axes === null
          ? null
          : box.matrix
            ? axes.all.length < axes.usable
              ? `first ${axes.all.length} of ${axes.usable} hyperparameters drawn`
              : `all ${axes.usable} hyperparameters drawn`
            : facts.length > 2
              ? `2 of ${facts.length} hyperparameters drawn`
              : null,
        data === null ? null : `trails of ${plural(data.meta.until - data.meta.from, "generation")}`,
        "▲ retired ✕ failed; grey: founders",
      ]}
      figure={() =>
        data === null || axes === null || run === null
          ? null
          : scatterPaper(data, rows, axes, run, data.meta.until, colourBy === "founder")
      }
      table={() => ({
        columns: ["member", run?.metric.name ?? "value", ...facts.map(({ name }) => name)],
        rows: rows.map((row) => [
          nameOf(member[row]!),
          Number.isNaN(valuesOf(data, "value")[row]) ? null : valuesOf(data, "value")[row]!,
          ...facts.map((fact) => {
            const j = data?.meta.traits.indexOf(fact.name) ?? -1;
            return j < 0
              ? null
              : decoded(fact, valuesOf(data, "coordinates")[row * data!.meta.traits.length + j]!);
          }),
        ]),
      })}
      fullCsv={currentRun.value === null ? null : runPath(currentRun.value, "/export.csv?what=evaluations")}
    >
      <CanvasLayer
        width={box.width}
        height={box.height}
        depends={[data, axes?.x.name, axes?.y.name, box.matrix, colourBy, palette.value, coloured.value]}
        draw={(context) => data !== null && style !== null && drawScatter(context, data, style)}
        overDepends={[data, JSON.stringify(chosen), hover.value.member, hover.value.founder]}
        over={(context) => data !== null && style !== null && drawMarked(context, data, style, marked)}
        onHover={(where) => say(where === null ? null : near(where))}
        onClick={(where, add) => {
          const row = near(where);
          if (row !== null) selectMember(member[row]!, add);
        }}
        onDrag={(path, add) => {
          if (data === null || axes === null) return;
          selectMembers(
            rows.filter((row) => inside(path, placeOf(data, row, axes, box))).map((row) => member[row]!),
            add,
          );
        }}
        onDouble={clearView}
      />
      <ScatterKey by={colourBy} metric={run?.metric.name ?? "value"} />
    </Panel>
  );
}

/** Counted from 1, as everywhere; a file may hold an older generation than the one that is asked for. */
const generationLabel = (asked: number, shown: number): string =>
  asked === shown
    ? `generation ${shown + 1}`
    : `generation ${shown + 1}: the file does not hold ${asked + 1}`;

function spreadSentence(
  meta: PopulationMeta,
  coordinates: ArrayLike<number>,
  rows: readonly number[],
  ...names: readonly string[]
): string {
  const parts = [...new Set(names)].map((name) => {
    const j = meta.traits.indexOf(name);
    const values = rows.map((row) => coordinates[row * meta.traits.length + j]!);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return `${Math.round(100 * (high - low))} % of the range of ${name}`;
  });
  return rows.length === 0 ? "" : `Members span ${parts.join(" and ")}.`;
}
