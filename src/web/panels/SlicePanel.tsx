import { useMemo } from "preact/hooks";
import { slicesFigure } from "../../figures/index.ts";
import type { HyperparameterFacts, Slice, SliceSet } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { requestOf, runPath } from "../data/access.ts";
import { useJson } from "../data/query.ts";
import { atBoundaries, currentRun, manifest } from "../data/run.ts";
import { parameter, setParameters } from "../state/location.ts";
import { number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { chosenHyperparameter, HyperparameterChoice } from "./MovesPanel.tsx";
import { decoded, encodedAxis } from "./progression.ts";

interface SlicePanelProps {
  readonly name?: string;
  readonly overview?: boolean;
}

const defaultWindow = 10;

/** View 7. Is selection real? Fitness against one hyperparameter, with its band. */
export function SlicePanel({ name: given, overview = false }: SlicePanelProps) {
  const name = given ?? chosenHyperparameter("selection") ?? "";
  const frame = useFrame(overview ? "selection" : `fitness-${name}`, 220);
  const run = manifest.value;
  const window = Number(parameter("window") ?? defaultWindow);
  const answer = useJson<SliceSet>(
    () =>
      currentRun.value === null || name === ""
        ? null
        : requestOf(runPath(currentRun.value, "/effective-fitness"), {
            name,
            window: window === defaultWindow ? null : window,
          }),
    atBoundaries,
    frame.visible,
  );
  const slice = answer.data?.slices.find((entry) => entry.name === name) ?? null;
  const facts = run?.hyperparameters.find((entry) => entry.name === name) ?? null;
  const sentence = overview ? (run?.answers.selection ?? "") : (slice?.text ?? "");
  const figure = useMemo(
    () =>
      slice === null || facts === null
        ? null
        : slicesFigure(`Is selection real? ${name}`, sentence, [{ ...slice, axis: encodedAxis(facts) }]),
    [slice, facts, sentence],
  );
  const move = (x: number): void => {
    if (slice === null || facts === null) return;
    const now = Number(frame.element.current?.dataset["at"] ?? -x);
    const next = Math.min(slice.at.length - 1, Math.max(0, now + x));
    if (frame.element.current !== null) frame.element.current.dataset["at"] = String(next);
    frame.readout.value = readingOf(slice, facts, next);
  };
  return (
    <Panel
      frame={frame}
      question={overview ? "Is selection real?" : `Does fitness depend on ${name}?`}
      answer={sentence}
      needs={[answer]}
      empty={slice?.notIdentifiable ?? (slice === null ? `Nothing is known of ${name}.` : null)}
      tools={
        <>
          {overview && <HyperparameterChoice about="selection" />}
          <label>
            newest
            <input
              type="number"
              min={1}
              max={999}
              value={window}
              aria-label="Generations used"
              onChange={(event) => {
                const wanted = Math.round(Number(event.currentTarget.value));
                setParameters({ window: wanted >= 1 ? String(wanted) : null });
              }}
            />
            generations
          </label>
        </>
      }
      keys={{ move }}
      footer={[
        slice === null
          ? null
          : `${plural(slice.count, "evaluation")} used, ${plural(slice.rug.length, "member")} in the rug`,
        slice?.slope == null
          ? null
          : `slope ${number(slice.slope.estimate)} across the range, 90 % band ${number(slice.slope.low)} to ${number(slice.slope.high)}`,
        "the answer is of the whole run and counts lineages, the 90 % bootstrap band is of the drawn evaluations",
      ]}
      figure={() => figure}
      table={() => tableOf(slice, facts)}
    >
      <FigureView
        panel={figure?.panels[0] ?? null}
        width={frame.width.value}
        height={frame.height}
        onHover={(x) => {
          if (x === null || slice === null || facts === null) {
            frame.readout.value = "";
            return;
          }
          let near = 0;
          slice.at.forEach((at, i) => {
            if (Math.abs(at - x) < Math.abs(slice.at[near]! - x)) near = i;
          });
          frame.readout.value = readingOf(slice, facts, near);
        }}
      />
    </Panel>
  );
}

function readingOf(slice: Slice, facts: HyperparameterFacts, i: number): string {
  const at = decoded(facts, slice.at[i] ?? Number.NaN);
  return `${slice.name} ${typeof at === "number" ? number(at) : at}: ${number(slice.estimate[i])} (${number(slice.low[i])} to ${number(slice.high[i])})`;
}

function tableOf(slice: Slice | null, facts: HyperparameterFacts | null) {
  return {
    columns: [slice?.name ?? "", "fitness above mean", "low", "high"],
    rows:
      slice === null || facts === null
        ? []
        : slice.at.map((at, i) => [
            decoded(facts, at),
            slice.estimate[i] ?? null,
            slice.low[i] ?? null,
            slice.high[i] ?? null,
          ]),
  };
}
