import type { Spec } from "../../population/index.ts";
import type { Json } from "../../space/index.ts";

/**
 * Reads a rule that is written like a call: `truncation`, `truncation(0.3)` is refused in favour of names,
 * `truncation(fraction=0.3)`, `perturb(factors=[0.8,1.25])`.
 *
 * @returns the rule as a spec, or what is wrong with the text
 */
export function parseRule(text: string): Spec | { readonly problem: string } {
  const match = /^\s*([A-Za-z][\w-]*)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
  if (match === null) return { problem: `a rule such as truncation(fraction=0.3), got "${text}"` };
  const options: Record<string, Json> = {};
  for (const part of splitArguments(match[2] ?? "")) {
    const pair = /^\s*([A-Za-z]\w*)\s*[=:]\s*([\s\S]+?)\s*$/.exec(part);
    if (pair === null) return { problem: `options as name=value, got "${part.trim()}" in "${text}"` };
    options[pair[1]!] = parseValue(pair[2]!);
  }
  return { ...options, kind: camel(match[1]!) };
}

/** `welch-gate` → `welchGate`: both spellings name a rule. */
const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Splits at commas that are not within brackets. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if ("([{".includes(character)) depth += 1;
    if (")]}".includes(character)) depth -= 1;
    if (character === "," && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part.trim() !== "");
}

function parseValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    const number = Number(text);
    return text !== "" && Number.isFinite(number) ? number : text.replace(/^(['"])(.*)\1$/, "$2");
  }
}
