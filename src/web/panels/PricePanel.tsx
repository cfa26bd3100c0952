import { useMemo } from "preact/hooks";
import { priceFigure } from "../../figures/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { nearestIndex, useGenerations, valuesOf } from "../data/generations.ts";
import { currentRun, manifest } from "../data/run.ts";
import { hrefOf, navigate, setParameters } from "../state/location.ts";
import { usePlateaus } from "../data/plateaus.ts";
import { generationWindow, wholeColumns, zoomed } from "../data/window.ts";
import { cursor, hover, setCursor, setHover, sharedParameters } from "../state/selection.ts";
import { count, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { generationKeys } from "./keys.ts";
import { withoutTerms } from "./withoutTerms.ts";
import { chosenHyperparameter, HyperparameterChoice } from "./MovesPanel.tsx";

/** Largest difference between the change and the sum of its terms that rounding explains. */
const slack = 1e-9;

/** View 9. Selection or drift? The two terms of Price's equation per generation. */
export function PricePanel() {
  const frame = useFrame("price", 232);
  const name = chosenHyperparameter() ?? "";
  const answer = useGenerations(frame.visible);
  const { data } = answer;
  const column = data?.meta.traits.indexOf(name) ?? -1;
  const traits = data?.meta.traits.length ?? 0;
  const generation = valuesOf(data, "generation");
  const terms = useMemo(() => {
    const pick = (what: string): Float64Array =>
      Float64Array.from({ length: column < 0 ? 0 : generation.length }, (_, g) =>
        Number(valuesOf(data, what)[g * traits + column]),
      );
    return { selection: pick("selection"), transmission: pick("transmission"), change: pick("change") };
  }, [data, column]);
  const known = [...terms.change].filter((v) => !Number.isNaN(v)).length;
  const wrong = terms.change.findIndex(
    (change, g) => Math.abs(change - terms.selection[g]! - terms.transmission[g]!) > slack,
  );
  const sum = (values: Float64Array): number =>
    values.reduce((total, v) => total + (Number.isNaN(v) ? 0 : v), 0);
  const none = manifest.value?.control?.panel ?? null;
  const [chosen, drift] = [sum(terms.selection), sum(terms.transmission)];
  const sentence =
    known === 0
      ? ""
      : wrong >= 0
        ? `The terms do not add up in generation ${generation[wrong]! + 1}: the log is not what it should be.`
        : `Selection moved ${name} by ${number(chosen)} in all, mutation by ${number(drift)} (encoded units).`;
  const figure = useMemo(
    () =>
      known === 0
        ? null
        : priceFigure({ title: `Selection or drift? ${name}`, caption: sentence, generation, ...terms }),
    [terms, sentence],
  );
  const window = generationWindow(data);
  const shades = usePlateaus(data);
  const panel = useMemo(
    () => (figure === null ? null : zoomed(figure.panels[0]!, wholeColumns(window.range))),
    [figure, String(window.range)],
  );
  const say = (row: number): void => {
    frame.readout.value = `generation ${generation[row]! + 1}: selection ${number(terms.selection[row])}, transmission ${number(terms.transmission[row])}, change ${number(terms.change[row])}`;
  };
  return (
    <Panel
      frame={frame}
      question="Selection or drift?"
      answer={none === null ? sentence : ""}
      needs={[answer]}
      empty={
        none !== null
          ? none
          : data === null || known > 0
            ? null
            : generation.length === 0
              ? "No generation has been decided yet."
              : withoutTerms(name, manifest.value)
      }
      tools={<HyperparameterChoice />}
      keys={{
        ...generationKeys(generation, say),
        enter: () => cursor.peek() !== null && openEvents(cursor.peek()!),
      }}
      footer={[
        none === null ? `${count(known)} of ${plural(generation.length, "generation")} drawn` : null,
        none === null && traits > 1 ? `one of ${traits} hyperparameters drawn` : null,
        known > 0 && none === null ? "click a bar for its events" : null,
      ]}
      figure={() => figure}
      table={() => ({
        columns: ["generation", "selection", "transmission", "change"],
        rows: Array.from(generation, (g, row) => [
          g + 1,
          terms.selection[row]!,
          terms.transmission[row]!,
          terms.change[row]!,
        ]),
      })}
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
        onClick={(x) => {
          const row = nearestIndex(generation, x);
          if (row >= 0) openEvents(generation[row]!);
        }}
      />
    </Panel>
  );
}

function openEvents(generation: number): void {
  const run = currentRun.peek() ?? manifest.peek()?.run;
  if (run == null) return;
  setCursor(generation);
  // The newest generation's events are the newest anyway, and go on coming.
  const last = (manifest.peek()?.generation ?? 0) - 1;
  setParameters({ until: generation >= last ? null : String(generation) });
  navigate(hrefOf({ kind: "run", run, page: "events" }, [...sharedParameters, "until"]));
}
