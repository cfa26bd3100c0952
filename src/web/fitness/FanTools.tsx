import { manifest } from "../data/run.ts";
import { parameter, setParameters } from "../state/location.ts";
import { Segments } from "../ui/Segments.tsx";

/** How the curves are drawn; the short form has what the overview needs. */
export function FanTools({ tall }: { readonly tall: boolean }) {
  const run = manifest.value;
  if (run === null) return null;
  const metrics = [...new Set([run.metric.name, ...run.metrics])];
  return (
    <>
      {metrics.length > 1 && (
        <label>
          <span class="visually-hidden">Metric</span>
          <select
            value={parameter("metric") ?? run.metric.name}
            onChange={(event) => {
              const name = event.currentTarget.value;
              setParameters({ metric: name === run.metric.name ? null : name });
            }}
          >
            {metrics.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <Segments
        label="Scale"
        name="log"
        options={[
          ["", "linear"],
          ["y", "log"],
        ]}
      />
      {tall && (
        <>
          <Segments
            label="Lines"
            name="by"
            options={[
              ["", "by slot"],
              ["ancestry", "by ancestry"],
            ]}
          />
          <Segments
            label="Limits"
            name="y"
            options={[
              ["", "robust"],
              ["all", "all values"],
            ]}
          />
          <label>
            smoothing
            <input
              type="range"
              min={0}
              max={100}
              value={sliderOf(Number(parameter("smooth") ?? 0), run.step)}
              aria-label="Smoothing half-life in steps, 0 is off"
              onInput={(event) => {
                const half = stepsOf(Number(event.currentTarget.value), run.step);
                setParameters({ smooth: half === 0 ? null : String(half) });
              }}
            />
          </label>
          {parameter("by") === "ancestry" && (
            <span class="soft">a survivor's path, chosen with hindsight</span>
          )}
        </>
      )}
    </>
  );
}

/** The slider runs from off to a tenth of the run, by factors. */
const stepsOf = (place: number, steps: number): number =>
  place === 0 ? 0 : Math.max(1, Math.round((Math.max(steps, 100) / 10) ** (place / 100)));
const sliderOf = (half: number, steps: number): number =>
  half <= 0
    ? 0
    : Math.min(100, Math.max(1, Math.round((100 * Math.log(half)) / Math.log(Math.max(steps, 100) / 10))));
