import type { Code, Local } from "../wasm/index.ts";

/**
 * In a kernel's specification: the batch's rows as the shapes have them, where members have batch sizes of their own.
 * The kernel's last parameter is then the member's own rows (1 … own), and only these are computed, rounded up to
 * whole vectors or tiles.
 */
export interface OwnOf {
  readonly own?: number;
}

/**
 * How many of `length` entries belong to the member's own rows: all, or a new local with rows·length/own. What a
 * batch's rows hold is a whole number of entries.
 */
export function ownEntries(code: Code, length: number, spec: OwnOf, rows: Local | undefined): number | Local {
  if (spec.own === undefined || rows === undefined) return length;
  const entries = code.local("i32");
  code
    .get(rows)
    .i32(length / spec.own)
    .op("i32.mul")
    .set(entries);
  return entries;
}

/**
 * Visits `length` entries in parts of `width`, and what remains at the end in one smaller part. With `entries` in a
 * local (1 … length), parts beyond them are left out; the last part may reach past them.
 */
export function inParts(
  code: Code,
  length: number,
  width: number,
  entries: number | Local,
  part: (count: number) => void,
): void {
  const whole = length - (length % width);
  const tail = (): void => part(length - whole);
  const known = typeof entries === "number";
  if (whole === width) part(width);
  else if (whole > 0) {
    const at = code.local("i32");
    const end = code.local("i32");
    if (known) code.i32(whole);
    else if (whole === length) code.get(entries);
    else code.get(entries).i32(whole).get(entries).i32(whole).op("i32.lt_u").op("select");
    code.set(end).i32(0).set(at);
    code.loop(at, known ? whole : end, width, () => part(width), true);
    code.release(at, end);
  }
  if (whole === length) return;
  if (known || whole === 0) tail();
  else code.get(entries).i32(whole).op("i32.gt_u").when(tail);
}
