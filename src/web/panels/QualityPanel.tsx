import { manifest } from "../data/run.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";

/** Quality or noise? What the newest slow step measured, with what each number means; "unknown" where it does not know. */
export function QualityPanel() {
  const frame = useFrame("quality", 120);
  const run = manifest.value;
  if (run === null) return null;
  const { answer, rows, note } = run.quality;
  const data = {
    columns: ["quantity", "now", "meaning"],
    rows: rows.map(({ name, value, means }) => [name, value, means]),
  };
  return (
    <Panel
      frame={frame}
      question="Quality or noise?"
      answer={answer}
      needs={[]}
      wide
      empty={run.diagnostics === null ? "No generation has been decided yet." : null}
      footer={[note === null ? null : `score: ${note}`, `measured at generation ${run.generation}`]}
      table={() => data}
    >
      <div class="scroll" tabIndex={0} role="region" aria-label="Quality or noise">
        <table>
          <tbody>
            {rows.map(({ name, value, means }) => (
              <tr key={name} title={means}>
                <th scope="row">{name}</th>
                <td class="n">{value}</td>
                <td class="wrap soft small">{means}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
