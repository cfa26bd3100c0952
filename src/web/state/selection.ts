import { batch, computed, signal } from "@preact/signals";
import { parameter, setParameters } from "./location.ts";

/** What is selected: the same in every panel. Written in the address as `m3.7.9` or `f3`. */
export type Selection =
  | { readonly kind: "none" }
  | { readonly kind: "members"; readonly ids: readonly number[] }
  | { readonly kind: "lineage"; readonly founder: number };

/** What lies under the pointer, or the keyboard's cursor: the same in every panel. */
export interface Hover {
  readonly member: number | null;
  readonly founder: number | null;
  readonly generation: number | null;
}

const nothing: Hover = { member: null, founder: null, generation: null };

/** Reads a selection from the address; anything else is none. */
export function selectionOf(text: string | null): Selection {
  const lineage = text?.match(/^f(\d+)$/);
  if (lineage != null) return { kind: "lineage", founder: Number(lineage[1]) };
  const members = text?.match(/^m(\d+(?:\.\d+)*)$/);
  if (members != null) return { kind: "members", ids: members[1]!.split(".").map(Number) };
  return { kind: "none" };
}

const textOf = (selection: Selection): string | null =>
  selection.kind === "none"
    ? null
    : selection.kind === "lineage"
      ? `f${selection.founder}`
      : `m${selection.ids.join(".")}`;

export const selection = computed(() => selectionOf(parameter("sel")));
export const hover = signal<Hover>(nothing);
/** Steps [from, until]; null: all. */
export const timeRange = computed<readonly [number, number] | null>(() => {
  const found = parameter("t")?.match(/^(-?[\d.]+)~(-?[\d.]+)$/);
  return found == null ? null : [Number(found[1]), Number(found[2])];
});
/** The generation that the keyboard or a click on the timeline put the cursor on; null: the newest. */
export const cursor = computed<number | null>(() => {
  const text = parameter("g");
  return text === null || !/^\d+$/.test(text) ? null : Number(text);
});

/** @param at generation of the state that is looked at; null: the winning one, or the member's best */
export function select(next: Selection, at: number | null = null): void {
  setParameters({ sel: textOf(next), at: at === null ? null : String(at) });
}

/**
 * One member; with `add`, beside those that are selected already (once more takes it away).
 * @param at generation of its state; null: the winning one, or its best
 */
export function selectMember(id: number, add = false, at: number | null = null): void {
  const now = selection.peek();
  const ids = now.kind === "members" ? now.ids : [];
  if (!add) select({ kind: "members", ids: [id] }, at);
  else {
    const next = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
    select(next.length === 0 ? { kind: "none" } : { kind: "members", ids: next }, at);
  }
}

export function selectMembers(ids: readonly number[], add = false): void {
  const now = selection.peek();
  const before = add && now.kind === "members" ? now.ids : [];
  const all = [...new Set([...before, ...ids])];
  select(all.length === 0 ? { kind: "none" } : { kind: "members", ids: all });
}

export const selectLineage = (founder: number): void => select({ kind: "lineage", founder });

export function setTimeRange(range: readonly [number, number] | null): void {
  setParameters({ t: range === null ? null : `${plain(range[0])}~${plain(range[1])}` });
}
const plain = (value: number): string => String(Number(value.toPrecision(9)));

export function setCursor(generation: number | null): void {
  setParameters({ g: generation === null ? null : String(generation) });
}

export function setHover(next: Partial<Hover> | null): void {
  const now = hover.peek();
  const value = next === null ? nothing : { ...nothing, ...next };
  if (value.member === now.member && value.founder === now.founder && value.generation === now.generation) {
    return;
  }
  hover.value = value;
}

/** Escape: first the time range, then the selection. */
export function clearView(): void {
  batch(() => {
    if (timeRange.peek() !== null) setTimeRange(null);
    else if (cursor.peek() !== null) setCursor(null);
    else select({ kind: "none" });
    setHover(null);
  });
}

/** Names in the address that all pages of a run share. */
export const sharedParameters: readonly string[] = ["sel", "t", "g", "x"];
