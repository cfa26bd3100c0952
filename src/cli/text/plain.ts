/**
 * Text that a trainer, a configuration or a run directory gave us is untrusted: it may carry terminal escapes.
 */

const escape = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
const csi = String.fromCharCode(0x9b);

/** Terminal escape sequences: CSI (both forms), OSC and the like (ended by BEL or ST), and two-character ones. */
const escapes = new RegExp(
  [
    `(?:${escape}\\[|${csi})[0-?]*[ -/]*[@-~]?`,
    `${escape}[\\]PX^_][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?`,
    `${escape}[ -~]?`,
  ].join("|"),
  "g",
);

/** C0 and C1 controls, and characters that reorder or hide text. */
const controls = /\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** One line without escapes, control characters or direction overrides; line breaks and tabs become one blank. */
export function plain(text: string): string {
  return text
    .replace(escapes, "")
    .replace(/[\t\r\n]+/g, " ")
    .replace(controls, "")
    .trim();
}

/** As {@link plain}, but keeps line breaks: for the tail of a trainer's output. */
export function plainLines(text: string): string[] {
  return text
    .replace(escapes, "")
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/\t/g, "  ").replace(controls, "").trimEnd());
}
