import { useMemo } from "preact/hooks";
import { sharesFigure } from "../../figures/index.ts";
import type { SharesMeta } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { runPath } from "../data/access.ts";
import { nearestIndex, useGenerations, valuesOf } from "../data/generations.ts";
import { useColumns } from "../data/query.ts";
import { atBoundaries, currentRun, founderName, manifest, nameOf } from "../data/run.ts";
import { usePlateaus } from "../data/plateaus.ts";
import { generationWindow, zoomed } from "../data/window.ts";
import { cursor, hover, selection, selectLineage, setHover } from "../state/selection.ts";
import { parameter } from "../state/location.ts";
import { count, percent, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { Segments } from "../ui/Segments.tsx";
import { useClades } from "./clades.ts";
import { generationKeys } from "./keys.ts";

/** View 5. Who is winning? Shares of the founders' lineages. */
export function SharesPanel({ height = 232 }: { readonly height?: number }) {
  const frame = useFrame("shares", height);
  const run = manifest.value;
  const answer = useColumns<SharesMeta>(
    () => (currentRun.value === null ? null : runPath(currentRun.value, "/shares")),
    atBoundaries,
    frame.visible,
  );
  const { data } = answer;
  const founders = data?.meta.founders ?? [];
  const generation = valuesOf(data, "generation");
  const shares = valuesOf(data, "shares");
  const chosen = selection.value;
  const marked = founders.indexOf(
    chosen.kind === "lineage" ? chosen.founder : (hover.value.founder ?? Number.NaN),
  );
  const caption = run?.answers.winning ?? "";
  const figure = useMemo(
    () =>
      data === null
        ? null
        : sharesFigure({
            title: "Who is winning?",
            caption,
            generation,
            shares,
            names: founders.map(founderName),
            other: founders.map((founder, i) => founder < 0 || i > 6),
          }),
    [data, caption],
  );
  const nested = height > 250 && parameter("bands") === "clades";
  const clades = useClades(nested, frame.visible, "Who is winning?", caption);
  const drawn = nested ? clades.figure : figure;
  const generations = useGenerations(frame.visible).data;
  const window = generationWindow(generations);
  const shades = usePlateaus(generations);
  const panel = useMemo(
    () => (drawn === null ? null : zoomed(drawn.panels[0]!, window.range)),
    [drawn, String(window.range)],
  );
  const bandAt = (row: number, y: number): number => {
    let top = 1;
    for (let f = 0; f < founders.length; f++) {
      top -= shares[row * founders.length + f]!;
      if (y >= top - 1e-9) return f;
    }
    return -1;
  };
  const say = (row: number): void => {
    const parts = founders
      .map((founder, f) => ({ founder, share: shares[row * founders.length + f]! }))
      .filter(({ share }) => share > 0)
      .toSorted((a, b) => b.share - a.share)
      .slice(0, 3)
      .map(({ founder, share }) => `${founderName(founder)} ${percent(share)}`);
    frame.readout.value = `generation ${generation[row]! + 1}: ${parts.join(", ")}`;
  };
  return (
    <Panel
      frame={frame}
      question="Who is winning?"
      answer={caption}
      needs={nested ? [answer, clades.answer] : [answer]}
      empty={generation.length === 0 ? "No generation has been decided yet." : null}
      keys={{
        ...generationKeys(generation, say),
        enter: () => {
          const row =
            cursor.peek() === null ? generation.length - 1 : nearestIndex(generation, cursor.peek()!);
          const largest = founders
            .map((founder, f) => ({ founder, share: shares[row * founders.length + f] ?? 0 }))
            .filter(({ founder }) => founder >= 0)
            .toSorted((a, b) => b.share - a.share)[0];
          if (largest !== undefined) selectLineage(largest.founder);
        },
      }}
      footer={[
        data === null
          ? null
          : bandsOf(founders.filter((f) => f >= 0).length, founders.includes(-1), run?.members ?? 0),
        data === null
          ? null
          : `${count(data.meta.surviving)} ${data.meta.surviving === 1 ? "survives" : "survive"}`,
        nested && clades.shown > 0
          ? `${count(clades.shown)} of ${plural(clades.of, "clade")} drawn: those that once were 4 % of the members`
          : null,
      ]}
      tools={
        height > 250 ? (
          <Segments
            label="Bands"
            name="bands"
            options={[
              ["", "founders"],
              ["clades", "nested clades"],
            ]}
          />
        ) : undefined
      }
      figure={() => drawn}
      table={() => ({
        columns: ["generation", ...founders.map(founderName)],
        rows: Array.from(generation, (g, row) => [
          g + 1,
          ...founders.map((_, f) => shares[row * founders.length + f]!),
        ]),
      })}
    >
      <FigureView
        panel={panel}
        marked={nested ? -1 : marked}
        width={frame.width.value}
        height={frame.height}
        cursorX={hover.value.generation ?? cursor.value}
        onBrush={window.brush}
        shades={shades}
        onHover={(x, y) => {
          const row = x === null ? -1 : nearestIndex(generation, x);
          if (row < 0 || y === null) {
            setHover(null);
            frame.readout.value = "";
            return;
          }
          const clade = nested ? clades.at(generation[row]!, y) : null;
          const founder = clade?.founder ?? founders[bandAt(row, y)];
          setHover({
            generation: generation[row]!,
            founder: founder === undefined || founder < 0 ? null : founder,
          });
          say(row);
          if (clade !== null && clade.depth > 0) {
            frame.readout.value = `clade of ${nameOf(clade.member)} in that of ${nameOf(clade.founder)} · ${frame.readout.value}`;
          }
        }}
        onClick={(x, y) => {
          const row = nearestIndex(generation, x);
          const founder = nested ? clades.at(generation[row]!, y)?.founder : founders[bandAt(row, y)];
          if (founder !== undefined && founder >= 0) selectLineage(founder);
        }}
      />
    </Panel>
  );
}

const bandsOf = (bands: number, others: boolean, members: number): string =>
  others
    ? `${count(bands)} of ${plural(members, "founder")} as bands, the rest as “other”`
    : `${count(bands)} of ${plural(members, "founder")} drawn${bands < members ? ": the others were replaced at once" : ""}`;
