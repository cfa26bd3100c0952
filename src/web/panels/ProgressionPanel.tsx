import { useMemo } from "preact/hooks";
import { type Columns, generationsAColumn, progressionFigure } from "../../figures/index.ts";
import type { HyperparameterFacts, MemberFacts, ProgressionMeta } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { requestOf, runPath } from "../data/access.ts";
import { nearestIndex, useGenerations, valuesOf } from "../data/generations.ts";
import { useColumns, useJson } from "../data/query.ts";
import { atBoundaries, currentRun, manifest, nameOf } from "../data/run.ts";
import { usePlateaus } from "../data/plateaus.ts";
import { generationWindow, wholeColumns, zoomed } from "../data/window.ts";
import { cursor, hover, selection, setHover } from "../state/selection.ts";
import { number, percent, plural, value } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { generationKeys } from "./keys.ts";
import { pathOf } from "./path.ts";
import { decoded, encodedAxis, progressionOf } from "./progression.ts";

interface ProgressionPanelProps {
  readonly facts: HyperparameterFacts;
  readonly question?: string;
  readonly answer?: string;
  readonly id?: string;
  readonly tools?: preact.ComponentChildren;
}

/** View 4. What moves? One hyperparameter: density over generations, mean, the winner's path. */
export function ProgressionPanel({ facts, question, answer, id, tools }: ProgressionPanelProps) {
  const frame = useFrame(id ?? `moves-${facts.name}`, 220);
  const { name } = facts;
  const run = manifest.value;
  const got = useColumns<ProgressionMeta>(
    () =>
      currentRun.value === null ? null : requestOf(runPath(currentRun.value, "/hyperparameters"), { name }),
    atBoundaries,
    frame.visible,
  );
  const data = got.data?.meta.name === name ? got.data : null;
  const generation = valuesOf(data, "generation");
  const mean = valuesOf(data, "mean");
  const winner = valuesOf(data, "winner");
  const bound = valuesOf(data, "atBound").at(-1) ?? Number.NaN;
  const sentence = answer ?? sentenceOf(facts, mean, bound, data);
  const generations = useGenerations(frame.visible).data;
  const stride = generationsAColumn(generation.length);
  const selectedMembers = selection.value.kind === "members" ? selection.value.ids.length : 0;
  const picked = selection.value.kind === "members" ? (selection.value.ids.at(-1) ?? null) : null;
  const member = useJson<MemberFacts>(
    () =>
      currentRun.value === null || picked === null ? null : runPath(currentRun.value, `/members/${picked}`),
    atBoundaries,
    frame.visible,
  ).data;
  const figure = useMemo(() => {
    if (data === null) return null;
    const drawn = progressionOf(facts, data);
    const shown =
      member === null || picked !== member.row.member || generations === null
        ? drawn
        : {
            ...drawn,
            chosen: {
              label: `${member.row.name}'s ancestry`,
              values: pathOf(encodedAxis(facts), member.schedule, valuesOf(generations, "step")),
            },
          };
    return progressionFigure(`What moves? ${name}`, sentence, [shown]);
  }, [data, sentence, member, picked, generations]);
  const window = generationWindow(generations);
  const shades = usePlateaus(generations);
  const panel = useMemo(() => {
    if (figure === null) return null;
    return zoomed(figure.panels[0]!, wholeColumns(window.range));
  }, [figure, String(window.range)]);
  const write = (at: number): string => {
    const of = decoded(facts, at);
    return typeof of === "number" ? number(of) : value(of);
  };
  const say = (row: number): void => {
    const won = winner[row]!;
    frame.readout.value = `generation ${generation[row]! + 1}: mean ${write(mean[row]!)}${Number.isNaN(won) ? "" : `, winner ${write(won)}`}`;
  };
  return (
    <Panel
      frame={frame}
      question={question ?? `How does ${name} move?`}
      answer={sentence}
      needs={[data === null && got.data !== null ? { ...got, data: null } : got]}
      empty={
        generation.length === 0 ? "No generation has been decided yet: only the founders are known." : null
      }
      tools={tools}
      keys={generationKeys(generation, say)}
      footer={[
        data === null ? null : `density of all ${plural(data.meta.members, "member")}`,
        id === undefined || (run?.hyperparameters.length ?? 0) < 2
          ? null
          : `one of ${run!.hyperparameters.length} hyperparameters`,
        facts.law,
        stride > 1 ? `${stride} generations a column` : null,
        selectedMembers > 1 ? `ancestry of 1 of ${selectedMembers} selected members drawn` : null,
        bound > 0.2 ? `▲ ${percent(bound)} of members sit at a bound` : null,
        data?.meta.winner == null ? null : `winner ${nameOf(data.meta.winner)}`,
      ]}
      figure={() => figure}
      table={() => ({
        columns: ["generation", "mean", "winner", "at a bound"],
        rows: Array.from(generation, (g, row) => [
          g + 1,
          decoded(facts, mean[row]!),
          decoded(facts, winner[row]!),
          valuesOf(data, "atBound")[row] ?? null,
        ]),
      })}
      fullCsv={run === null ? null : runPath(run.run, "/export.csv?what=evaluations")}
    >
      <FigureView
        panel={panel}
        onBrush={window.brush}
        shades={shades}
        width={frame.width.value}
        height={frame.height}
        cursorX={hover.value.generation ?? cursor.value}
        onHover={(x) => {
          const row = x === null ? -1 : nearestIndex(generation, x);
          if (row < 0) {
            setHover(null);
            frame.readout.value = "";
            return;
          }
          setHover({ generation: generation[row]! });
          say(row);
        }}
      />
    </Panel>
  );
}

function sentenceOf(
  facts: HyperparameterFacts,
  mean: ArrayLike<number>,
  bound: number,
  data: Columns<ProgressionMeta> | null,
): string {
  if (mean.length === 0) return facts.law;
  if (facts.topology === "unordered" && data !== null) return commonest(facts, data);
  const [from, until] = [mean[0]!, mean[mean.length - 1]!];
  if (facts.topology === "fixed") return "It is fixed.";
  if (Number.isNaN(from) || Number.isNaN(until)) return "Its mean is not known.";
  const write = (at: number): string => {
    const of = decoded(facts, at);
    return typeof of === "number" ? number(of) : of;
  };
  const moved = until - from;
  const what =
    Math.abs(moved) < 0.03
      ? `The mean stays near ${write(until)}`
      : `The mean ${moved > 0 ? "rose" : "fell"} from ${write(from)} to ${write(until)}`;
  return `${what}${bound > 0.2 ? `; ${percent(bound)} of members sit at a bound` : ""}.`;
}

/** Values without an order have no mean: which of them most members have. */
function commonest(facts: HyperparameterFacts, data: Columns<ProgressionMeta>): string {
  const { bins } = data.meta;
  const density = valuesOf(data, "density");
  const last = density.length - bins;
  let top = 0;
  for (let b = 1; b < bins; b++) if (density[last + b]! > density[last + top]!) top = b;
  return `${decoded(facts, (top + 0.5) / bins)} is what ${percent(density[last + top])} of members have.`;
}
