import { escapeMarkup, figureSvg } from "../figures/index.ts";
import type { Block, Report } from "./blocks.ts";
import { style } from "./style.ts";
import type { Viewer } from "./viewer.ts";

/** Nothing from anywhere else is ever loaded, whatever a name or a log says. */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  "img-src data: blob:",
  "font-src data:",
  "frame-src blob:",
  "worker-src blob:",
  "connect-src data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * The report as one file that opens from a disk without a network. Reads and prints without JavaScript; with it, the
 * viewer (when given) opens the run's snapshot.
 */
export function reportHtml(report: Report, viewer: Viewer | null): string {
  const contents = report.blocks.flatMap((block) =>
    block.kind === "heading" && block.level === 2 && block.id !== undefined
      ? [`<a href="#${block.id}">${escapeMarkup(block.text)}</a>`]
      : [],
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">
<title>${escapeMarkup(report.title)}</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Sections">${contents.join(" ")}${viewer === null ? "" : ' <a href="#explore">Explore</a>'}</nav>
<main>
${report.blocks.map(blockHtml).join("\n")}
${viewer === null ? "" : viewerHtml(viewer)}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading": {
      const id = block.id === undefined ? "" : ` id="${escapeMarkup(block.id)}"`;
      return `<h${block.level}${id}>${escapeMarkup(block.text)}</h${block.level}>`;
    }
    case "text":
      return `<p${block.tone === undefined ? "" : ` class="${block.tone}"`}>${escapeMarkup(block.text)}</p>`;
    case "code":
      return `<pre class="${block.language}"><code>${escapeMarkup(block.text)}</code></pre>`;
    case "figure": {
      const svg = figureSvg({ ...block.figure, caption: "" }).replace("<desc></desc>\n", "");
      return `<figure id="figure-${escapeMarkup(block.id)}">${svg}<figcaption>${escapeMarkup(block.figure.caption)}</figcaption></figure>`;
    }
    case "table":
      return tableHtml(block);
  }
}

type Table = Extract<Block, { readonly kind: "table" }>;

/** A page is as wide as about so many columns; a wider table goes on below, its rows named again. */
const mostColumns = 14;

function tableHtml(table: Table): string {
  const { caption, folded } = table;
  const parts = partsOf(table);
  const title = escapeMarkup(caption);
  const whole = parts.map((part, i) => {
    const of = part.head.length > 1 ? `${part.head[1]!} to ${part.head.at(-1)!}` : "";
    const named = i === 0 ? title : `${title}, ${escapeMarkup(of)}`;
    return partHtml(part, folded === true && i === 0 ? null : named);
  });
  return folded === true ? `<details><summary>${title}</summary>${whole.join("")}</details>` : whole.join("");
}

/** Tables that fit a page, each with the first column of the whole. */
function partsOf(table: Table): Table[] {
  const { head, rows } = table;
  if (head.length <= mostColumns) return [table];
  const count = Math.ceil((head.length - 1) / (mostColumns - 1));
  const width = Math.ceil((head.length - 1) / count);
  return Array.from({ length: count }, (_, i) => {
    const pick = (row: readonly string[]): string[] => [
      row[0] ?? "",
      ...row.slice(1 + i * width, 1 + (i + 1) * width),
    ];
    return { ...table, head: pick(head), rows: rows.map(pick) };
  });
}

const looksNumeric = (content: string | undefined): boolean => /^[-–−+\d]/.test(content ?? "");

/** A line may end after a hyphen, and would in the middle of 2.1e-3. */
const unbroken = (markup: string): string =>
  markup.replace(/[-+]?\d[\d.]*e-\d+/g, (number) => `<span class="whole">${number}</span>`);

function partHtml({ head, rows, across = false, colours = [] }: Table, caption: string | null): string {
  const numeric = head.map((_, column) => rows.every((row) => looksNumeric(row[column])));
  const named = across || head.some((name) => name !== "");
  const right = (is: boolean | undefined): string => (is === true ? ' class="n"' : "");
  const dot = (colour: string | null | undefined): string =>
    colour == null ? "" : `<i class="dot" style="background:${escapeMarkup(colour)}"></i>`;
  const header = named
    ? `<thead><tr>${head
        .map(
          (name, column) =>
            `<th scope="col"${right(across ? column > 0 : numeric[column])}>${dot(colours[column])}${escapeMarkup(name)}</th>`,
        )
        .join("")}</tr></thead>`
    : "";
  const cell = (content: string, column: number): string =>
    (across || !named) && column === 0
      ? `<th scope="row">${escapeMarkup(content)}</th>`
      : `<td${right(across || (named && numeric[column]))}>${unbroken(escapeMarkup(content))}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n");
  const kind = across
    ? ` class="across${head.length > 5 ? " many" : ""}"`
    : head.length > 7
      ? ' class="broad"'
      : "";
  const title = caption === null ? "" : `<caption>${caption}</caption>`;
  return `<div class="wide${head.length > 7 ? " out" : ""}"><table${kind}>${title}${header}<tbody>${body}</tbody></table></div>`;
}

/** In a frame of its own, made when it is asked for: its page cannot touch the report's, nor its styles. */
function viewerHtml({ script, style: sheet, snapshot, holds }: Viewer): string {
  return `<h2 id="explore">Explore</h2>
<p>${escapeMarkup(holds)} ${Math.round(snapshot.length / 1024)} kB of data are in this file.</p>
<p><button type="button" id="open" hidden>Open the interactive view</button><noscript>It needs JavaScript.</noscript></p>
<div id="frame"></div>
<script type="application/octet-stream" id="viewer-style">${base64(sheet)}</script>
<script type="application/octet-stream" id="viewer-script">${base64(script)}</script>
<script type="application/octet-stream" id="viewer-data">${Buffer.from(snapshot).toString("base64")}</script>
<script>${opener}</script>`;
}

const base64 = (content: string): string => Buffer.from(content, "utf8").toString("base64");

/** Puts the viewer's page together from the three parts above and shows it. */
const opener = `
const part = (id) => document.getElementById(id).textContent;
const text = (id) => new TextDecoder().decode(Uint8Array.from(atob(part(id)), (c) => c.charCodeAt(0)));
const button = document.getElementById("open");
button.hidden = false;
button.addEventListener("click", () => {
  const end = "</" + "script>";
  const page = [
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Polytempo</title>",
    "<style>", text("viewer-style"), "</style><div id=app></div>",
    "<script type=application/octet-stream id=snapshot>", part("viewer-data"), end,
    "<script>", text("viewer-script").replaceAll("</" + "script", "<\\\\/script"), end,
  ].join("");
  const frame = document.createElement("iframe");
  frame.title = "Interactive view of the run";
  frame.src = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  document.getElementById("frame").replaceChildren(frame);
  button.hidden = true;
  frame.focus();
});
`;
