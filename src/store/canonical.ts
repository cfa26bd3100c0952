/**
 * Canonical JSON: the one text of a value. Names sorted by UTF-16 code units, no white space, shortest numbers that
 * read back the same (−0 as 0), names whose value is undefined left out, as in RFC 8785.
 * @throws TypeError naming the place of anything that is not plain JSON: NaN, infinities, bigint, Date, Map, …
 * @example
 * canonicalJson({ b: 1e21, a: [true, null] }); // {"a":[true,null],"b":1e+21}
 */
export function canonicalJson(value: unknown): string {
  return text(value, "");
}

function text(value: unknown, place: string): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw refusal(place, `a finite number is needed, got ${value}`);
      return JSON.stringify(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? array(value, place) : record(value, place);
    default:
      throw refusal(place, `${typeof value} is not JSON`);
  }
}

function array(value: readonly unknown[], place: string): string {
  let out = "[";
  for (let i = 0; i < value.length; i++) out += `${i === 0 ? "" : ","}${text(value[i], `${place}[${i}]`)}`;
  return `${out}]`;
}

function record(value: object, place: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw refusal(place, `${value.constructor.name} is not plain JSON`);
  }
  let out = "";
  for (const name of Object.keys(value).toSorted(byCodeUnits)) {
    const inner: unknown = (value as Record<string, unknown>)[name];
    if (inner === undefined) continue;
    out += `${out === "" ? "" : ","}${JSON.stringify(name)}:${text(inner, `${place}.${name}`)}`;
  }
  return `{${out}}`;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const refusal = (place: string, rule: string): TypeError =>
  new TypeError(`internal: decision log: value${place}: ${rule}`);
