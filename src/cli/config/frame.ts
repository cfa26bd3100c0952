/** Where something stands in a text: 1-based line and column, and how many characters it takes. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/**
 * The lines that point at a place:
 * ```
 *   spirals.yaml:9:17
 *     9 |   lr: logUniform(1e-1, 1e-3)
 *       |       ^^^^^^^^^^^^^^^^^^^^^^
 * ```
 */
export function codeFrame(text: string, place: Place): string[] {
  const line = text.split(/\r\n|\n|\r/)[place.line - 1];
  const head = `  ${place.file}:${place.line}:${place.column}`;
  if (line === undefined || line.length > 400) return [head];
  const number = String(place.line).padStart(5);
  const shown = line.replaceAll("\t", " ");
  const length = Math.max(1, Math.min(place.length, shown.length - place.column + 1));
  return [
    head,
    `${number} | ${shown}`,
    `${" ".repeat(number.length)} | ${" ".repeat(place.column - 1)}${"^".repeat(length)}`,
  ];
}
