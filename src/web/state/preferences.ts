import { effect, signal } from "@preact/signals";

/** Choices of a person about the page itself: kept in this browser, not in the address. */
export type Theme = "system" | "light" | "dark";

const stored = (name: string): string | null => {
  try {
    return localStorage.getItem(`polytempo.${name}`);
  } catch {
    return null; // a file opened from disk may have no storage
  }
};
const store = (name: string, value: string): void => {
  try {
    localStorage.setItem(`polytempo.${name}`, value);
  } catch {
    // the choice then lasts as long as the page
  }
};

const themes: readonly Theme[] = ["system", "light", "dark"];
export const theme = signal<Theme>(themes.find((name) => name === stored("theme")) ?? "system");
/** Single-key shortcuts may be in the way of speech input (WCAG 2.1.4). */
export const shortcuts = signal(stored("shortcuts") !== "off");
export const palette = signal<"viridis" | "cividis">(stored("palette") === "cividis" ? "cividis" : "viridis");

const system = window.matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", () => {
  systemDark.value = system.matches;
});
const motion = window.matchMedia("(prefers-reduced-motion: reduce)");
export const reducedMotion = signal(motion.matches);
motion.addEventListener("change", () => {
  reducedMotion.value = motion.matches;
});

/** Whether the page is dark now: what canvases draw with. */
export const isDark = (): boolean => theme.value === "dark" || (theme.value === "system" && systemDark.value);

export const nextTheme = (): void => {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]!;
};

export function startPreferences(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    store("theme", theme.value);
  });
  effect(() => store("shortcuts", shortcuts.value ? "on" : "off"));
  effect(() => store("palette", palette.value));
}
