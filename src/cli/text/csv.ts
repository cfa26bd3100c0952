/** One line of comma-separated values (RFC 4180); numbers in full precision, null as nothing. */
export function csvLine(values: readonly (string | number | boolean | null | undefined)[]): string {
  return values
    .map((value) => {
      const text = value === null || value === undefined ? "" : String(value);
      // A leading = + - @ would be a formula in a spreadsheet; numbers are left alone.
      const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    })
    .join(",");
}
