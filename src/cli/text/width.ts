/** Characters that take two cells: East Asian wide and full-width forms, and pictographs. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Colour sequences, which our own renderer adds. */
const colour = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;]*m`, "g");

/** Terminal cells that a text takes; colour sequences take none. */
export function width(text: string): number {
  let cells = 0;
  for (const character of text.replace(colour, "")) {
    if (/\p{Mark}/u.test(character)) continue;
    cells += wide.test(character) ? 2 : 1;
  }
  return cells;
}

/** Cuts to at most `cells`, the last one an ellipsis when something was cut. Not for coloured text. */
export function clip(text: string, cells: number, ellipsis = "…"): string {
  if (width(text) <= cells) return text;
  const room = cells - width(ellipsis);
  if (room < 0) return "";
  let kept = "";
  let used = 0;
  for (const character of text) {
    const next = width(character);
    if (used + next > room) break;
    kept += character;
    used += next;
  }
  return kept + ellipsis;
}

/** Blanks added on the right up to `cells`. */
export const padEnd = (text: string, cells: number): string =>
  text + " ".repeat(Math.max(0, cells - width(text)));

/** Blanks added on the left up to `cells`. */
export const padStart = (text: string, cells: number): string =>
  " ".repeat(Math.max(0, cells - width(text))) + text;

/** Breaks words into lines of at most `cells`; each line after the first starts with `indent` blanks. */
export function wrap(words: readonly string[], cells: number, indent = 0, separator = " "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const joined = line === "" ? word : `${line}${separator}${word}`;
    const room = cells - (lines.length === 0 ? 0 : indent);
    if (line !== "" && width(joined) > room) {
      lines.push(line);
      line = word;
    } else {
      line = joined;
    }
  }
  if (line !== "") lines.push(line);
  return lines.map((text, index) => (index === 0 ? text : " ".repeat(indent) + text));
}
