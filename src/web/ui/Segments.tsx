import { parameter, setParameters } from "../state/location.ts";

interface SegmentsProps {
  readonly label: string;
  /** Name in the address; "" as a value leaves it out. */
  readonly name: string;
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** One choice of few, kept in the address. */
export function Segments({ label, name, options }: SegmentsProps) {
  const now = parameter(name) ?? "";
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([value, text]) => (
        <button key={value} aria-pressed={value === now} onClick={() => setParameters({ [name]: value })}>
          {text}
        </button>
      ))}
    </div>
  );
}
