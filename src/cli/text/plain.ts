/**
 * Text that a trainer, a configuration or a run directory gave us is untrusted: it may carry terminal escapes.
 */

/** Terminal escape sequences: CSI, OSC (ended by BEL or ST), and the two-character ones. */
const escapes = new RegExp(
  [
    "\\u001b\\[[0-?]*[ -/]*[@-~]",
    "\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?",
    "\\u001b[@-Z\\\\^_`-~]?",
    "\\u009b[0-?]*[ -/]*[@-~]",
  ].join("|"),
  "g",
);

/** C0 and C1 controls, and the marks that reorder or hide text. */
const controls = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]",
  "g",
);

/** One line without escapes, control characters or direction overrides; runs of blanks become one space. */
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
