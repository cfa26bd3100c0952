import { useSignal } from "@preact/signals";
import Flatbush from "flatbush";
import { useMemo } from "preact/hooks";
import type { LineageMeta } from "../../server/index.ts";
import { CanvasLayer, type Point } from "../charts/CanvasLayer.tsx";
import { requestOf, runPath } from "../data/access.ts";
import { useGenerations, valuesOf } from "../data/generations.ts";
import { useColumns } from "../data/query.ts";
import { atBoundaries, coloured, currentRun, founderName, manifest, nameOf } from "../data/run.ts";
import { parameter } from "../state/location.ts";
import { cursor, hover, selection, selectMember, setHover } from "../state/selection.ts";
import { count, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { Segments } from "../ui/Segments.tsx";
import { drawLit, drawTree, treeLeft, treeRight } from "./draw.ts";
import {
  coalescent,
  layOut,
  lineOf,
  relatives,
  segmentsAtMost,
  type Stretch,
  type Tree,
  type TreeAxis,
} from "./layout.ts";
import { treePaper } from "./paper.ts";

/** View 6. Where did the winner come from? Strands of members, joined where one was copied. */
export function TreePanel() {
  const run = manifest.value;
  const everyone = parameter("tree") === "all";
  const collapsed = parameter("tree") === "coalescent";
  const answer = useColumns<LineageMeta>(
    () =>
      currentRun.value === null
        ? null
        : requestOf(runPath(currentRun.value, "/lineage"), { limit: segmentsAtMost, newest: 1 }),
    atBoundaries,
    useSignal(true),
  );
  const best = run?.best ?? null;
  const by: TreeAxis = run?.mode === "asynchronous" ? "step" : "generation";
  const generations = useGenerations(useSignal(true)).data;
  const [winner, won] = [best?.member ?? -1, best?.generation ?? -1];
  const tree = useMemo(() => {
    if (answer.data === null) return null;
    const whole = layOut(answer.data, everyone, { member: winner, generation: won }, by);
    return collapsed ? coalescent(whole) : whole;
  }, [answer.data, everyone, collapsed, winner, won, by]);
  const line = useMemo(() => (tree === null ? [] : lineOf(tree)), [tree]);
  const cut = (answer.data?.meta.first ?? 0) > 0;
  const frame = useFrame("tree", Math.min(640, Math.max(200, (tree?.rows ?? 0) * 14 + 40)));
  const pointed = useSignal<number | null>(null);
  const chosen = selection.value;
  const founder = chosen.kind === "lineage" ? chosen.founder : hover.value.founder;
  const member = hover.value.member ?? (chosen.kind === "members" ? (chosen.ids.at(-1) ?? null) : null);
  const lit = useMemo((): readonly Stretch[] | null => {
    if (tree === null) return null;
    const whole = (strand: number): Stretch => ({ strand, until: tree.strands[strand]!.until });
    const focus = pointed.value ?? strandOf(tree, member);
    if (focus !== null) return [...relatives(tree, focus)].map(whole);
    return founder === null
      ? null
      : tree.shown.filter((i) => tree.strands[i]!.founder === founder).map(whole);
  }, [tree, pointed.value, member, founder]);
  // While nobody points anywhere and nothing is selected, the winner's line answers the question.
  const brought =
    lit === null ? { stretches: line, width: 4, ring: true } : { stretches: lit, width: 2.5, ring: false };
  const scale = {
    x: (g: number): number =>
      treeLeft +
      ((g - (tree?.first ?? 0)) / ((tree?.last ?? 1) - (tree?.first ?? 0) || 1)) *
        (frame.width.value - treeLeft - treeRight),
    y: (row: number): number => 6 + ((row + 0.5) / Math.max(1, tree?.rows ?? 1)) * (frame.height - 40),
  };
  const style = { ...scale, width: frame.width.value, height: frame.height };
  const index = useMemo(() => {
    if (tree === null || tree.rows === 0 || frame.width.value === 0) return null;
    const boxes = new Flatbush(tree.rows);
    for (const i of tree.shown) {
      const { from, until, row } = tree.strands[i]!;
      boxes.add(scale.x(from), scale.y(row), scale.x(until), scale.y(row));
    }
    boxes.finish();
    return boxes;
  }, [tree, frame.width.value, frame.height]);
  const at = ({ x, y }: Point): number | null => {
    const found = index?.neighbors(x, y, 1, 12)[0];
    return found === undefined || tree === null ? null : tree.shown[found]!;
  };
  const point = (strand: number | null): void => {
    pointed.value = strand;
    if (strand === null || tree === null) {
      setHover(null);
      frame.readout.value = "";
      return;
    }
    const it = tree.strands[strand]!;
    // Generations of an asynchronous run are each member's own.
    setHover({
      member: it.member,
      founder: it.founder,
      generation: by === "step" ? null : it.firstGeneration,
    });
    const from =
      it.parent >= 0
        ? `copied from ${nameOf(tree.strands[it.parent]!.member)} after ${by} ${count(it.from)}`
        : cut
          ? "from before what is drawn"
          : "a founder";
    frame.readout.value = `${nameOf(it.member)}, ${from}; ${by}s ${count(it.from + 1)} – ${count(it.until)}, last value ${number(it.value)}`;
  };
  const choose = (strand: number, add: boolean): void => {
    const it = tree!.strands[strand]!;
    // A strand that ended earlier is a past state of its slot: the inspector then shows that state's schedule.
    const newest = tree!.strands.every(
      ({ member: other, lastGeneration }) => other !== it.member || lastGeneration <= it.lastGeneration,
    );
    selectMember(it.member, add, newest ? null : it.lastGeneration);
  };
  const cursorRow = hover.value.generation ?? cursor.value;
  const cursorAt =
    cursorRow === null
      ? null
      : by === "generation"
        ? cursorRow + 1
        : (valuesOf(generations, "step")[cursorRow] ?? null);
  const ended = tree === null ? 0 : tree.strands.length - tree.rows;
  return (
    <Panel
      frame={frame}
      question="Where did the winner come from?"
      answer={tree === null ? "" : sentence(tree, best?.ancestry ?? [])}
      needs={[answer]}
      empty={tree !== null && tree.rows === 0 ? "No segment has ended yet." : null}
      tools={
        <Segments
          label="Strands"
          name="tree"
          options={[
            ["", "survivors' ancestry"],
            ["coalescent", "coalescent"],
            ["all", "everyone"],
          ]}
        />
      }
      keys={{
        move: (x, y) => {
          if (tree === null || tree.rows === 0) return;
          const row = pointed.peek() === null ? -1 : tree.strands[pointed.peek()!]!.row;
          point(tree.shown[(row + (y || x) + tree.rows) % tree.rows]!);
        },
        enter: () => pointed.peek() !== null && choose(pointed.peek()!, false),
      }}
      footer={[
        tree === null ? null : `${plural(tree.rows, "strand")} of ${count(tree.strands.length)} drawn`,
        ended > 0 && !everyone ? `${plural(ended, "strand")} died out` : null,
        collapsed ? "each only as far as the newest descend from it" : null,
        answer.data !== null && answer.data.meta.total > tree!.segments
          ? `newest ${count(tree!.segments)} of ${count(answer.data.meta.total)} segments`
          : null,
        line.length > 0 && lit === null ? `thick: the way to the winning state of ${nameOf(winner)}` : null,
        "click a strand for its schedule",
      ]}
      figure={() => (tree === null ? null : treePaper(tree, sentence(tree, best?.ancestry ?? []), line))}
      table={() => ({
        columns: [
          "member",
          "founder",
          `from ${by}`,
          "until",
          "copied from",
          "last value",
          "survives",
          "winner's line",
        ],
        rows: (tree?.shown ?? []).map((i) => {
          const it = tree!.strands[i]!;
          return [
            nameOf(it.member),
            founderName(it.founder),
            it.from + 1,
            it.until,
            it.parent < 0 ? null : nameOf(tree!.strands[it.parent]!.member),
            Number.isNaN(it.value) ? null : it.value,
            it.surviving ? "yes" : "no",
            line.some(({ strand }) => strand === i) ? "yes" : "no",
          ];
        }),
      })}
    >
      <CanvasLayer
        width={frame.width.value}
        height={frame.height}
        depends={[tree, coloured.value]}
        draw={(context) => tree !== null && drawTree(context, tree, style)}
        overDepends={[lit, line, coloured.value, cursorAt]}
        over={(context) => tree !== null && drawLit(context, tree, brought, cursorAt, style)}
        dim={lit !== null}
        onHover={(where) => point(where === null ? null : at(where))}
        onClick={(where, add) => {
          const strand = at(where);
          if (strand !== null) choose(strand, add);
        }}
      />
    </Panel>
  );
}

/** The newest strand of a member. */
function strandOf(tree: Tree, member: number | null): number | null {
  if (member === null) return null;
  const mine = tree.shown.filter((i) => tree.strands[i]!.member === member);
  return mine.toSorted((a, b) => tree.strands[b]!.until - tree.strands[a]!.until)[0] ?? null;
}

function sentence(tree: Tree, ancestry: readonly number[]): string {
  const roots = new Set(
    tree.shown.filter((i) => tree.strands[i]!.surviving).map((i) => tree.strands[i]!.founder),
  );
  const path = ancestry.slice(0, 6).map(nameOf).join(" ← ");
  const survivors = `${plural(roots.size, "founder has", "founders have")} descendants now.`;
  const more = ancestry.length - 6;
  return path === "" ? survivors : `The best is ${path}${more > 0 ? ` ← ${more} more` : ""}. ${survivors}`;
}
