import { useMemo } from "preact/hooks";
import { separationFigure } from "../../figures/index.ts";
import type { SeparationFacts } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { runPath } from "../data/access.ts";
import { useJson } from "../data/query.ts";
import { atBoundaries, currentRun, manifest } from "../data/run.ts";
import { count, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";

/** View 8. Are the scales apart? The gauge of r, and the relaxation after a copy that it is read from. */
export function SeparationPanel() {
  const frame = useFrame("separation", 220);
  const run = manifest.value;
  const answer = useJson<SeparationFacts>(
    () => (currentRun.value === null ? null : runPath(currentRun.value, "/separation")),
    atBoundaries,
    frame.visible,
  );
  const { data } = answer;
  const sentence = data === null ? (run?.answers.separation ?? "") : data.text;
  const figure = useMemo(
    () => (data === null ? null : separationFigure("Are the scales apart?", sentence, data)),
    [data, sentence],
  );
  const curve = data?.curve ?? [];
  const read = (step: number | null): void => {
    if (step === null || curve.length === 0) {
      frame.readout.value = "";
      return;
    }
    const near = curve.reduce((best, point) =>
      Math.abs(point.step - step) < Math.abs(best.step - step) ? point : best,
    );
    frame.readout.value = `${count(near.step)} steps after a copy: excess ${number(near.excess)} ± ${number(near.standardError)}`;
  };
  const at = { now: 0 };
  return (
    <Panel
      frame={frame}
      question="Are the scales apart?"
      answer={sentence}
      needs={[answer]}
      keys={{
        move: (x) => {
          at.now = Math.min(curve.length - 1, Math.max(0, at.now + x));
          read(curve[at.now]?.step ?? null);
        },
      }}
      footer={[
        data === null ? null : `interval ${count(data.interval)} steps`,
        data?.relaxationSteps == null ? null : `relaxation ${number(data.relaxationSteps)} steps`,
        data?.fluctuationSteps == null ? null : `fluctuation ${number(data.fluctuationSteps)} steps`,
        data === null ? null : `${plural(data.copies, "copy", "copies")} in the curve`,
      ]}
      figure={() => figure}
      table={() => ({
        columns: ["steps after the copy", "excess", "standard error"],
        rows: curve.map((point) => [point.step, point.excess, point.standardError]),
      })}
    >
      <FigureView
        panel={figure?.panels[0] ?? null}
        width={frame.width.value}
        height={curve.length > 1 ? 104 : 130}
      />
      {curve.length > 1 && (
        <FigureView
          panel={figure?.panels[1] ?? null}
          width={frame.width.value}
          height={Math.max(130, frame.height - 90)}
          onHover={(x) => read(x)}
        />
      )}
    </Panel>
  );
}
