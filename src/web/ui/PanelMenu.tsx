import { manifest } from "../data/run.ts";
import { access } from "../data/source.ts";
import { csvOf, fileName, saveBlob, saveFrom, saveText } from "../export/save.ts";
import { type Figure, plotCode } from "../../figures/index.ts";
import { figureJson, pngOf, svgWith } from "../export/picture.ts";
import { currentLink, setParameters } from "../state/location.ts";
import type { TableData } from "./DataTable.tsx";
import { toast } from "./feedback.tsx";
import { clock } from "./format.ts";
import type { Frame } from "./frame.ts";
import { Menu, type MenuItem } from "./Menu.tsx";

interface PanelMenuProps {
  readonly frame: Frame;
  readonly question: string;
  readonly ready: boolean;
  readonly asTable: boolean;
  readonly onTable: () => void;
  readonly table?: () => TableData;
  readonly figure?: () => Figure | null;
  readonly fullCsv?: string | null;
}

/** Where and when a picture came from: paper has no address bar. */
function source(): string {
  const run = manifest.value;
  if (run === null) return "";
  return `Run ${run.run}, seed ${run.seed}, generation ${run.generation}, ${clock(run.changedMs)}.`;
}

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast(`The browser does not allow copying. ${text.slice(0, 300)}`);
  }
}

/** What can be done with a panel. Nothing here changes what it shows to others. */
export function PanelMenu({
  frame,
  question,
  ready,
  asTable,
  onTable,
  table,
  figure,
  fullCsv,
}: PanelMenuProps) {
  const name = (ending: string): string => `${fileName(manifest.value?.run ?? "", frame.id)}.${ending}`;
  const drawn = (use: (figure: Figure) => void): void => {
    const made = figure?.() ?? null;
    if (made === null) toast("There is nothing to draw yet.");
    else use(made);
  };
  const items: MenuItem[] = [
    {
      label: frame.expanded ? "Shrink" : "Expand",
      act: () => setParameters({ expand: frame.expanded ? null : frame.id }),
    },
  ];
  if (table !== undefined && ready)
    items.push({ label: asTable ? "Show figure" : "Show table", act: onTable });
  if (figure !== undefined && ready) {
    items.push(
      {
        label: "Save SVG",
        act: () => drawn((made) => saveText(svgWith(made, source()), name("svg"), "image/svg+xml")),
      },
      {
        label: "Save PNG",
        act: () =>
          drawn((made) => {
            pngOf(svgWith(made, source())).then(
              (blob) => saveBlob(blob, name("png")),
              () => toast("The browser could not draw the picture."),
            );
          }),
      },
      {
        label: "Save JSON",
        act: () => drawn((made) => saveText(figureJson(made), name("json"), "application/json")),
      },
      { label: "Copy as Plot code", act: () => drawn((made) => void copy(plotCode(made), "Plot code")) },
    );
  }
  const url = fullCsv == null ? null : access.value.download(fullCsv);
  if (ready && (url !== null || table !== undefined)) {
    items.push({
      label: "Save CSV",
      act: () => {
        if (url !== null) saveFrom(url, name("csv"));
        else if (table !== undefined) saveText(csvOf(table()), name("csv"), "text/csv");
      },
    });
  }
  if (ready && table !== undefined) {
    items.push({ label: "Copy table as CSV", act: () => void copy(csvOf(table()), "Table") });
  }
  items.push({ label: "Copy link", act: () => void copy(currentLink(), "Link") });
  return <Menu label={`Actions: ${question}`} items={items} />;
}
