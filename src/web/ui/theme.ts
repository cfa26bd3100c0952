import { isDark, palette } from "../state/preferences.ts";
import { colourPlace } from "../data/run.ts";

/** What canvases draw with; the same values as the style sheet's. */
export interface Inks {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly rest: string;
  readonly categories: readonly string[];
}

const light: Inks = {
  ink: "#1b1b1b",
  soft: "#5c5f66",
  line: "#e2e2de",
  surface: "#ffffff",
  accent: "#0a58b8",
  rest: "#767676",
  categories: ["#0072b2", "#c25400", "#008763", "#b8578e", "#a86f00", "#2a87bd", "#7a6a00"],
};
const dark: Inks = {
  ink: "#e9e9e6",
  soft: "#a3a8b1",
  line: "#2e333b",
  surface: "#1a1d22",
  accent: "#7db8ff",
  rest: "#9a9fa8",
  categories: ["#4aa8e0", "#f08a45", "#35c79b", "#e29ac3", "#e9b949", "#8fd0f5", "#c9b84a"],
};

/** Reads the theme: components that call it draw anew when it changes. */
export const inks = (): Inks => (isDark() ? dark : light);

/** The stable colour of a lineage: seven of their own, the rest grey. */
export function founderColour(founder: number): string {
  const place = colourPlace(founder);
  const { categories, rest } = inks();
  return place < 0 ? rest : categories[place]!;
}

/** The colour of a run among those compared, by its place, as the figure draws it. */
export function runColour(place: number): string {
  const { categories, rest } = inks();
  return categories[place] ?? rest;
}

const ramps = {
  viridis: [
    "#440154",
    "#482878",
    "#3e4a89",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6ece58",
    "#b5de2b",
    "#fde725",
  ],
  cividis: [
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838",
  ],
} as const;

/** 256 colours `[r, g, b, …]` from low to high. */
export function ramp(): Uint8ClampedArray {
  const stops = ramps[palette.value].map((hex) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
  );
  const table = new Uint8ClampedArray(768);
  for (let i = 0; i < 256; i++) {
    const position = (i / 255) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(position));
    for (let c = 0; c < 3; c++) {
      table[3 * i + c] = stops[low]![c]! + (position - low) * (stops[low + 1]![c]! - stops[low]![c]!);
    }
  }
  return table;
}

export function rampColour(share: number): string {
  const table = ramp();
  const at = 3 * Math.round(Math.min(1, Math.max(0, share)) * 255);
  return `rgb(${table[at]} ${table[at + 1]} ${table[at + 2]})`;
}
