import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { HyperparameterFacts } from "../../server/index.ts";
import { parameter, setParameters } from "../state/location.ts";
import { reducedMotion } from "../state/preferences.ts";
import { setCursor } from "../state/selection.ts";
import { Segments } from "../ui/Segments.tsx";
import { axesOf } from "./draw.ts";

/** Generations of trail behind each point. */
export const trailLength = (): number => {
  const wanted = Number(parameter("trail") ?? 4);
  return Number.isInteger(wanted) && wanted >= 0 && wanted <= 50 ? wanted : 4;
};

interface ScatterToolsProps {
  readonly facts: readonly HyperparameterFacts[];
  readonly until: number;
  readonly newest: number;
}

/** Axes, colour, trails, and time by scrubbing or playing. */
export function ScatterTools({ facts, until, newest }: ScatterToolsProps) {
  const playing = useSignal(false);
  useEffect(() => {
    if (!playing.value) return undefined;
    const timer = setTimeout(() => {
      if (until >= newest) playing.value = false;
      else setCursor(until + 1);
    }, 350);
    return () => clearTimeout(timer);
  }, [playing.value, until, newest]);
  const axes = axesOf(facts);
  if (axes === null) return null;
  const choice = (label: string, name: string, now: string) => (
    <label>
      {label}
      <select value={now} onChange={(event) => setParameters({ [name]: event.currentTarget.value })}>
        {facts.map((fact) => (
          <option key={fact.name}>{fact.name}</option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      {choice("x", "hx", axes.x.name)}
      {choice("y", "hy", axes.y.name)}
      <Segments
        label="Colour"
        name="colour"
        options={[
          ["", "fitness"],
          ["founder", "founder"],
        ]}
      />
      {facts.length > 2 && (
        <Segments
          label="Layout"
          name="matrix"
          options={[
            ["", "one"],
            ["all", "matrix"],
          ]}
        />
      )}
      <label>
        generation
        <input
          type="range"
          min={0}
          max={newest}
          value={until}
          aria-label="Generation"
          onInput={(event) => {
            const wanted = Number(event.currentTarget.value);
            setCursor(wanted >= newest ? null : wanted);
          }}
        />
      </label>
      {!reducedMotion.value && newest > 0 && (
        <button
          onClick={() => {
            if (!playing.value && until >= newest) setCursor(0);
            playing.value = !playing.value;
          }}
        >
          {playing.value ? "Stop" : "Play"}
        </button>
      )}
    </>
  );
}
