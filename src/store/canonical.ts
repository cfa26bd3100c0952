/**
 * Canonical JSON: the one text of a value. Names sorted by UTF-16 code units, no white space, shortest numbers that
 * read back the same (−0 as 0), names whose value is undefined left out, as in RFC 8785.
 * @throws TypeError naming the place of anything that is not plain JSON: NaN, infinities, bigint, Date, Map, …
 * @example
 * canonicalJson({ b: 1e21, a: [true, null] }); // {"a":[true,null],"b":1e+21}
 */
export function canonicalJson(value: unknown): string {
  const text = write(value);
  if (text !== null) return text;
  throw new TypeError(`internal: not plain JSON: ${faultOf(value, "value")}`);
}

/** null: something in it is not plain JSON. */
function write(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      // −0 becomes "0", as in JSON.stringify.
      return Number.isFinite(value) ? String(value) : null;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return writeArray(value);
      return isPlain(value) ? writeRecord(value as Record<string, unknown>) : null;
    default:
      return null;
  }
}

function writeArray(value: readonly unknown[]): string | null {
  let out = "[";
  for (let i = 0; i < value.length; i++) {
    const text = write(value[i]);
    if (text === null) return null;
    out += i === 0 ? text : `,${text}`;
  }
  return `${out}]`;
}

function writeRecord(value: Record<string, unknown>): string | null {
  let out = "{";
  for (const name of Object.keys(value).sort()) {
    const inner = value[name];
    if (inner === undefined) continue;
    const text = write(inner);
    if (text === null) return null;
    out += `${out === "{" ? "" : ","}${JSON.stringify(name)}:${text}`;
  }
  return `${out}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Where the first thing lies that `write` refuses, and what it is. */
function faultOf(value: unknown, place: string): string | null {
  if (typeof value === "number") {
    return Number.isFinite(value) ? null : `${place}: a finite number is needed, got ${value}`;
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return null;
  if (typeof value !== "object") return `${place}: ${typeof value} is not JSON`;
  if (Array.isArray(value)) {
    for (const [i, inner] of value.entries()) {
      const fault = faultOf(inner, `${place}[${i}]`);
      if (fault !== null) return fault;
    }
    return null;
  }
  if (!isPlain(value)) return `${place}: ${value.constructor.name} is not plain JSON`;
  for (const [name, inner] of Object.entries(value)) {
    const fault = inner === undefined ? null : faultOf(inner, `${place}.${name}`);
    if (fault !== null) return fault;
  }
  return null;
}
