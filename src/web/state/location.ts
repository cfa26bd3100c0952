import { computed, signal } from "@preact/signals";
import { standalone } from "../environment.ts";

/** The pages of a run, in the order of the navigation. */
export const runPages = [
  "overview",
  "fitness",
  "hyperparameters",
  "lineage",
  "dynamics",
  "members",
  "events",
] as const;
export type RunPage = (typeof runPages)[number];

export type Route =
  | { readonly kind: "runs" }
  | { readonly kind: "run"; readonly run: string; readonly page: RunPage }
  | { readonly kind: "compare" }
  | { readonly kind: "lab"; readonly name: string | null }
  | { readonly kind: "missing"; readonly path: string };

const address = (): string =>
  standalone ? location.hash.slice(1) || "/" : `${location.pathname}${location.search}`;

const split = (text: string): { path: string; query: URLSearchParams } => {
  const at = text.indexOf("?");
  return at < 0
    ? { path: text, query: new URLSearchParams() }
    : { path: text.slice(0, at), query: new URLSearchParams(text.slice(at + 1)) };
};

const first = split(address());
const path = signal(first.path);
/** The view's state: what a copied link reproduces. */
const query = signal<ReadonlyMap<string, string>>(new Map(first.query));

/** A part of an address; what is badly encoded stands for itself, and names no run. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Reads a path: `/runs/digits/fitness`. */
export function routeOf(text: string): Route {
  const parts = text
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const [head, second, third] = parts;
  if (head === undefined || ((head === "runs" || head === "index.html") && second === undefined)) {
    return { kind: "runs" };
  }
  if (head === "compare" && second === undefined) return { kind: "compare" };
  if (head === "lab" && third === undefined) return { kind: "lab", name: second ?? null };
  if (head === "runs" && second !== undefined && parts.length <= 3) {
    const page = runPages.find((name) => name === (third ?? "overview"));
    if (page !== undefined) return { kind: "run", run: second, page };
  }
  return { kind: "missing", path: text };
}

export const route = computed<Route>(() => routeOf(path.value));

/** The address of a route; with `keep`, the state that all pages of a run share goes along. */
export function hrefOf(to: Route, keep: readonly string[] = []): string {
  const base =
    to.kind === "runs"
      ? "/"
      : to.kind === "run"
        ? `/runs/${encodeURIComponent(to.run)}/${to.page}`
        : to.kind === "compare"
          ? "/compare"
          : to.kind === "lab"
            ? `/lab${to.name === null ? "" : `/${encodeURIComponent(to.name)}`}`
            : to.path;
  const kept = new URLSearchParams([...query.value].filter(([name]) => keep.includes(name)));
  const tail = kept.size === 0 ? "" : `?${kept.toString()}`;
  return `${standalone ? "#" : ""}${base}${tail}`;
}

/** Goes to an address that `hrefOf` made. */
export function navigate(href: string): void {
  flush();
  history.pushState(null, "", href);
  read();
  window.scrollTo(0, 0);
}

function read(): void {
  const now = split(address());
  path.value = now.path;
  query.value = new Map(now.query);
}

let pending: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  if (pending === undefined) return;
  clearTimeout(pending);
  pending = undefined;
  const text = new URLSearchParams([...query.value]).toString();
  const tail = text === "" ? "" : `?${text}`;
  history.replaceState(null, "", `${standalone ? "#" : ""}${path.value}${tail}`);
}

/** The value of a name in the query string; null when it is not there. */
export const parameter = (name: string): string | null => query.value.get(name) ?? null;

/** Sets names of the query string; null removes one. The address follows within a quarter of a second. */
export function setParameters(changes: Readonly<Record<string, string | null>>): void {
  const next = new Map(query.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  query.value = next;
  pending ??= setTimeout(flush, 250);
}

/** The whole address of what is on the screen now. */
export function currentLink(): string {
  flush();
  return location.href;
}

export function startLocation(): void {
  const moved = (): void => {
    pending = undefined;
    read();
  };
  window.addEventListener("popstate", moved);
  if (standalone) window.addEventListener("hashchange", moved);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || event.button !== 0) return;
    if (
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      link.target !== "" ||
      link.hasAttribute("download")
    ) {
      return;
    }
    const href = link.getAttribute("href") ?? "";
    if (!(standalone ? href.startsWith("#/") : href.startsWith("/") && !href.startsWith("/api/"))) return;
    event.preventDefault();
    navigate(href);
  });
}
