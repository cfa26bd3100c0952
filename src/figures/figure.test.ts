import * as Plot from "@observablehq/plot";
import { describe, expect, it } from "vitest";
import { type Figure, figureSvg } from "./index.ts";

const data = [1, 10, 100].map((x) => ({ x, y: 1 / x }));
const figure: Figure = {
  title: "Error <of> N agents",
  caption: 'Falls like "1/N" & more.',
  panels: [
    {
      title: "first",
      key: [{ label: "agents", color: "#0072b2" }],
      options: { x: { type: "log" }, y: { type: "log" }, marks: [Plot.line(data, { x: "x", y: "y" })] },
    },
    { options: { marks: [Plot.dot(data, { x: "x", y: "y" })] } },
  ],
};

describe("figureSvg", () => {
  const svg = figureSvg(figure);
  it("draws every mark and axis without a browser, and gives the same bytes again", () => {
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg.match(/aria-label="x-axis tick label"/g)).toHaveLength(2);
    expect(svg).toMatch(/<path d="M[\d.]+,[\d.]+L[\d.]+,[\d.]+L[\d.]+,[\d.]+"/);
    expect(figureSvg(figure)).toBe(svg);
  });

  it("shows titles, keys and captions as text: markup in them is escaped", () => {
    expect(svg).toContain("Error &lt;of&gt; N agents");
    expect(svg).toContain("&quot;1/N&quot; &amp; more.");
    expect(svg).toContain(">agents</text>");
    expect(svg).not.toContain("<of>");
  });

  it("names its clip paths after the figure: equal data give equal bytes, and no two figures share a name", () => {
    const clipped: Figure = {
      ...figure,
      panels: [{ options: { marks: [Plot.line(data, { x: "x", y: "y", clip: true, marker: "dot" })] } }],
    };
    const namesIn = (text: string): string[] => [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    const once = figureSvg(clipped);
    expect(figureSvg(clipped)).toBe(once);
    expect(namesIn(once).length).toBeGreaterThan(0);
    const other = namesIn(figureSvg({ ...clipped, title: "Another" }));
    expect(namesIn(once).filter((id) => other.includes(id))).toEqual([]);
    for (const [, id] of once.matchAll(/url\(#([^)]+)\)/g)) expect(namesIn(once)).toContain(id);
  });

  it("draws values that span less than numbers can divide as nothing, on an axis of ones", () => {
    const marks = [Plot.axisY(), Plot.lineY([1e-308, 2e-308, 1.5e-308])];
    const tiny = figureSvg({ ...figure, panels: [{ options: { grid: true, marks } }] });
    expect(tiny).toMatch(/<path d="M[\d.]+,[\d.]+L/);
    expect(tiny).toMatch(/>−1\.0<|>−1</);
  });

  it("says why when there is nothing to draw", () => {
    const svg = figureSvg({ title: "Nothing", caption: "No evaluation yet.", panels: [] });
    expect(svg).toMatch(/width="\d+" height="\d+"/);
    expect(svg).toContain("No evaluation yet.");
  });

  it("is well formed: every opened element is closed", () => {
    const open: string[] = [];
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
      if (self === "/") continue;
      if (close === "/") expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });
});
