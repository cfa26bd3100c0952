import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { axisKind, timeAxis } from "../data/axis.ts";
import { rowAtStep, useGenerations, valuesOf } from "../data/generations.ts";
import { manifest } from "../data/run.ts";
import { setParameters } from "../state/location.ts";
import { plateauRule, plateausOf } from "../state/plateau.ts";
import { cursor, hover, setCursor, setHover, setTimeRange, timeRange } from "../state/selection.ts";
import { plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { announce } from "../ui/feedback.tsx";

const height = 40;

/** The whole run in one strip: copies per generation, plateaus, interventions; drag to choose a time range. */
export function Timeline() {
  const frame = useFrame("timeline");
  const { data } = useGenerations(frame.visible);
  const strip = useRef<HTMLDivElement>(null);
  const drag = useSignal<readonly [number, number] | null>(null);
  const run = manifest.value;
  if (run === null) return null;
  const axis = timeAxis(axisKind(), data);
  const steps = valuesOf(data, "step");
  const copies = valuesOf(data, "copies");
  const human = valuesOf(data, "interventions");
  const done = Math.max(run.step, steps.at(-1) ?? 0);
  const last = Math.max(done, 1);
  const [start, end] = [axis.of(0), axis.of(last)];
  const share = (step: number): number => (axis.of(step) - start) / (end - start || 1);
  // Half of the members copied at once would fill the strip.
  const top = Math.max(1, run.members / 2, ...copies);
  const sign = run.metric.mode === "max" ? 1 : -1;
  const rule = plateauRule();
  const plateaus = plateausOf(valuesOf(data, "bestSoFar"), sign, rule);
  const stepAt = (event: PointerEvent): number => {
    const box = strip.current!.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return axis.toStep(start + at * (end - start));
  };
  const generationAt = (step: number): number | null => {
    const row = rowAtStep(data, step);
    return row < 0 ? null : Number(valuesOf(data, "generation")[row]);
  };
  const range = drag.value ?? timeRange.value;
  const at = hover.value.generation ?? cursor.value;
  const atStep = at === null ? null : Number(valuesOf(data, "step")[at] ?? Number.NaN);
  const pct = (part: number): string => `${Number((part * 100).toFixed(3))}%`;
  // A pointer that moves draws its own line anew, not the strip.
  const bars = useMemo(
    () => (
      <>
        {plateaus.map(([from, until]) => (
          <rect
            key={`p${from}`}
            x={pct(share(steps[from]!))}
            width={pct(Math.max(0, share(steps[until]!) - share(steps[from]!)))}
            height={height}
            class="plateau"
          />
        ))}
        {Array.from(steps, (step, i) => {
          const tall = (copies[i]! / top) * (height - 12);
          const wide = Math.max(0.0006, share(step) - share(i === 0 ? 0 : steps[i - 1]!)) * 0.8;
          return (
            <rect
              key={i}
              x={pct(share(step) - wide)}
              width={pct(wide)}
              y={height - tall}
              height={tall}
              class="copies"
            />
          );
        })}
        {Array.from(steps, (step, i) =>
          human[i]! > 0 ? (
            <rect key={`h${i}`} x={pct(share(step))} width="2" height={height} class="human">
              <title>A person intervened</title>
            </rect>
          ) : null,
        )}
      </>
    ),
    [data, run, axisKind(), Object.values(rule).join()],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || steps.length === 0) return;
    event.preventDefault();
    const next = Math.min(steps.length - 1, Math.max(0, (cursor.value ?? steps.length - 1) + by));
    setCursor(next);
    announce(`generation ${next + 1}, ${copies[next] ?? 0} copies`);
  };
  return (
    <section class="timeline" ref={frame.element} aria-label="Timeline">
      <div class="row">
        <label class="small">
          <span class="visually-hidden">Time axis</span>
          <select
            value={axisKind()}
            onChange={(event) =>
              setParameters({ x: event.currentTarget.value === "step" ? null : event.currentTarget.value })
            }
          >
            <option value="step">steps</option>
            <option value="generation">generations</option>
            <option value="time">wall time</option>
          </select>
        </label>
        <div
          class="strip"
          ref={strip}
          tabIndex={0}
          role="slider"
          aria-label="Generation"
          aria-valuemin={0}
          aria-valuemax={Math.max(0, steps.length - 1)}
          aria-valuenow={cursor.value ?? Math.max(0, steps.length - 1)}
          aria-valuetext={`generation ${(cursor.value ?? Math.max(0, steps.length - 1)) + 1}`}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const step = stepAt(event);
            drag.value = [step, step];
          }}
          onPointerMove={(event) => {
            const step = stepAt(event);
            if (drag.value !== null) drag.value = [drag.value[0], step];
            else setHover({ generation: generationAt(step) });
          }}
          onPointerUp={(event) => {
            const made = drag.value;
            drag.value = null;
            if (made === null) return;
            const [a, b] = [Math.min(...made), Math.max(...made)];
            if (share(b) - share(a) > 0.004) setTimeRange([a, b]);
            else setCursor(generationAt(stepAt(event)));
          }}
          onPointerLeave={() => setHover(null)}
          onDblClick={() => {
            setTimeRange(null);
            setCursor(null);
          }}
        >
          <svg width="100%" height={height} preserveAspectRatio="none" aria-hidden="true">
            {bars}
            {range !== null && (
              <rect
                x={pct(share(Math.min(...range)))}
                width={pct(Math.abs(share(range[1]) - share(range[0])))}
                height={height}
                class="range"
              />
            )}
            {atStep !== null && Number.isFinite(atStep) && (
              <rect x={pct(share(atStep))} width="1.5" height={height} class="cursor" />
            )}
          </svg>
        </div>
        <span class="small soft">
          {range === null
            ? plural(done, "step")
            : `${axis.format(axis.of(Math.min(...range)))} – ${axis.format(axis.of(Math.max(...range)))}`}
        </span>
        {timeRange.value !== null && (
          <button class="link small" onClick={() => setTimeRange(null)}>
            Whole run
          </button>
        )}
      </div>
    </section>
  );
}
