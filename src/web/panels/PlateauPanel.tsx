import { useGenerations, valuesOf } from "../data/generations.ts";
import { manifest } from "../data/run.ts";
import { defaultRule, type PlateauRule, plateauRule, plateausOf, setPlateauRule } from "../state/plateau.ts";
import { parameter, setParameters } from "../state/location.ts";
import { setTimeRange } from "../state/selection.ts";
import { count, number, percent, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";

const fields: readonly { readonly name: keyof PlateauRule; readonly step: number; readonly hint: string }[] =
  [
    { name: "patience", step: 1, hint: "generations without improvement" },
    { name: "rtol", step: 0.001, hint: "an improvement is more than rtol × |best| …" },
    { name: "atol", step: 0.001, hint: "… plus atol" },
    { name: "cooldown", step: 1, hint: "generations after a plateau in which none is called" },
  ];

/** View 11. Is it stuck? The stretches without improvement, and the rule that calls them so. */
export function PlateauPanel() {
  const frame = useFrame("plateau", 120);
  const answer = useGenerations(frame.visible);
  const run = manifest.value;
  const rule = plateauRule();
  const best = valuesOf(answer.data, "bestSoFar");
  const step = valuesOf(answer.data, "step");
  const generation = valuesOf(answer.data, "generation");
  const found = plateausOf(best, run?.metric.mode === "max" ? 1 : -1, rule);
  const last = found.at(-1);
  const now = last !== undefined && !last[2];
  const sentence =
    best.length === 0
      ? ""
      : now
        ? `Stuck for ${plural(last[1] - last[0], "generation")}: the best has not improved by more than ${percent(rule.rtol)}${rule.atol > 0 ? ` + ${number(rule.atol)}` : ""} since generation ${generation[last[0]]! + 1}.`
        : found.length === 0
          ? "It has never been stuck."
          : `Not stuck now; ${plural(found.length, "plateau", "plateaus")} before.`;
  const rows = found.map(([from, until]): readonly (number | string)[] => [
    generation[from]! + 1,
    generation[until]! + 1,
    until - from,
    best[from]!,
  ]);
  return (
    <Panel
      frame={frame}
      question="Is it stuck?"
      answer={sentence}
      needs={[answer]}
      wide
      empty={best.length === 0 ? "No generation has been decided yet." : null}
      tools={
        <>
          {fields.map(({ name, step: by, hint }) => (
            <label key={name} title={hint}>
              {name}
              <input
                type="number"
                min={name === "patience" ? 1 : 0}
                step={by}
                value={rule[name]}
                onChange={(event) => {
                  const value = Number(event.currentTarget.value);
                  if (Number.isFinite(value)) setPlateauRule({ ...rule, [name]: value });
                }}
              />
            </label>
          ))}
          {parameter("plateau") !== null && (
            <button class="link" onClick={() => setParameters({ plateau: null })}>
              Default ({defaultRule.patience}, {defaultRule.rtol})
            </button>
          )}
        </>
      }
      footer={["the rule is the view's: it never changes the run", "bands mark plateaus on the time axes"]}
      table={() => ({ columns: ["from generation", "until", "generations", "best"], rows })}
    >
      {found.length === 0 ? (
        <p class="soft">No stretch of {plural(rule.patience, "generation")} without improvement.</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Plateaus">
          <table>
            <thead>
              <tr>
                {["from generation", "until", "for", `best ${run?.metric.name ?? ""}`].map((name) => (
                  <th key={name} scope="col" class="n">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.map(([from, until]) => (
                <tr key={from}>
                  <td class="n">
                    <button class="link" onClick={() => setTimeRange([step[from]!, step[until]!])}>
                      {count(generation[from]! + 1)}
                    </button>
                  </td>
                  <td class="n">{count(generation[until]! + 1)}</td>
                  <td class="n">{plural(until - from, "generation")}</td>
                  <td class="n">{number(best[from], 4)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
