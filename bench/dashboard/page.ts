/**
 * Measures the page against the budgets: first useful paint, a brush to all panels, hover, memory of the tab.
 *
 *     npx tsx bench/dashboard/make-run.ts --members 1000 --points 100000 --out runs/large
 *     npx tsx bench/dashboard/page.ts --run runs/large
 *
 * Needs the built page and Chromium. Prints one line per budget; a miss is printed, not hidden.
 */
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright-core";
import { startDashboard } from "../../src/server/index.ts";

const { values } = parseArgs({
  options: {
    run: { type: "string", default: "runs/large" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    repeats: { type: "string", default: "5" },
    page: { type: "string", default: fileURLToPath(new URL("../../dist/web", import.meta.url)) },
  },
});
const name = basename(resolve(values.run));

interface Budget {
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  readonly measured: readonly number[];
}

const middle = (values_: readonly number[]): number =>
  values_.toSorted((a, b) => a - b)[values_.length >> 1]!;

const drawn = (): boolean => {
  const panels = [...document.querySelectorAll<HTMLElement>(".panel[data-panel]")].filter(
    (panel) => panel.getBoundingClientRect().top < innerHeight,
  );
  return panels.length > 0 && panels.every((panel) => panel.dataset["state"] !== "wait");
};

/**
 * Milliseconds from the start of the navigation until the answers are read, and until every visible panel is drawn, and
 * the processor time of the page until then, which other programs' load does not lengthen.
 */
async function opening(tab: Page, url: string): Promise<readonly [number, number, number]> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await tab.goto(url, { waitUntil: "commit" });
  await tab.waitForFunction(() => (document.querySelector("[data-facts]")?.textContent ?? "") !== "");
  const facts = await tab.evaluate(() => performance.now());
  await tab.waitForFunction(drawn);
  const all = await tab.evaluate(() => performance.now());
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return [facts, all, 1000 * (metrics.find(({ name: of }) => of === "TaskDuration")?.value ?? 0)];
}

/** What the page measures of itself: from an event to after the frame that shows what came of it. */
interface Watch {
  /** Longest from a move of the pointer to the frame after it. */
  longest: number;
  /** From the end of a drag: to the first frame, and to the frame in which no visible panel waits for numbers. */
  brushed: readonly [number, number] | null;
}

const watch = (): void => {
  const kept: Watch = { longest: 0, brushed: null };
  (window as unknown as { watch: Watch }).watch = kept;
  const painted = (): Promise<void> =>
    new Promise((done) => requestAnimationFrame(() => void setTimeout(done)));
  const busy = (): boolean =>
    [...document.querySelectorAll<HTMLElement>(".panel[data-panel]")].some(
      (panel) =>
        panel.getBoundingClientRect().top < innerHeight && panel.getAttribute("aria-busy") === "true",
    );
  let moving = false;
  addEventListener(
    "pointermove",
    () => {
      if (moving) return;
      moving = true;
      const began = performance.now();
      void painted().then(() => {
        moving = false;
        kept.longest = Math.max(kept.longest, performance.now() - began);
      });
    },
    true,
  );
  addEventListener(
    "pointerup",
    () => {
      const began = performance.now();
      void (async () => {
        await painted();
        const first = performance.now() - began;
        while (busy()) await painted();
        kept.brushed = [first, performance.now() - began];
      })();
    },
    true,
  );
};

/** Milliseconds from the end of a drag on the timeline to the first frame after it, and to all panels' finest numbers. */
async function brushing(tab: Page): Promise<readonly [number, number]> {
  const box = await tab.locator(".timeline .strip").boundingBox();
  if (box === null) throw new Error("there is no timeline");
  await tab.mouse.move(box.x + 0.2 * box.width, box.y + 10);
  await tab.mouse.down();
  await tab.mouse.move(box.x + 0.6 * box.width, box.y + 10, { steps: 3 });
  await tab.mouse.up();
  await tab.waitForFunction(() => (window as unknown as { watch: Watch }).watch.brushed !== null);
  const brushed = await tab.evaluate(() => (window as unknown as { watch: Watch }).watch.brushed);
  return brushed!;
}

/** Longest frame while a pointer moves over a figure, and the processor time of one move. */
async function hovering(tab: Page): Promise<readonly [number, number]> {
  const box = await tab.locator('[data-panel="shares"] figure').boundingBox();
  if (box === null) throw new Error("there is no figure");
  const session = await tab.context().newCDPSession(tab);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name: of }) => of === "TaskDuration")?.value ?? 0);
  };
  const moves = 60;
  const before = await busy();
  for (let i = 0; i < moves; i++) await tab.mouse.move(box.x + 60 + i * 4, box.y + box.height / 2);
  const after = await busy();
  await session.detach();
  const longest = await tab.evaluate(() => (window as unknown as { watch: Watch }).watch.longest);
  return [longest, (after - before) / moves];
}

async function memory(tab: Page): Promise<number> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
  return usedSize / 1e6;
}

async function main(): Promise<void> {
  const dashboard = await startDashboard({
    places: [values.run],
    version: "0.0.0",
    port: 0,
    readOnly: true,
    page: values.page,
  });
  const browser = await chromium.launch({
    executablePath: values.chromium,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const url = `http://127.0.0.1:${dashboard.port}/runs/${encodeURIComponent(name)}/overview`;
  const facts: number[] = [];
  const all: number[] = [];
  const work: number[] = [];
  const brush: number[] = [];
  const hover: number[] = [];
  const move: number[] = [];
  const refine: number[] = [];
  const heap: number[] = [];
  for (let i = 0; i < Number(values.repeats); i++) {
    const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // The loader names functions by a helper that pages do not have.
    await tab.addInitScript("globalThis.__name = (made) => made");
    await tab.addInitScript(watch);
    const [first, second, spent] = await opening(tab, url);
    facts.push(first);
    all.push(second);
    work.push(spent);
    const [longest, processor] = await hovering(tab);
    hover.push(longest);
    move.push(processor);
    const [shown, refined] = await brushing(tab);
    brush.push(shown);
    refine.push(refined);
    heap.push(await memory(tab));
    await tab.close();
  }
  const budgets: Budget[] = [
    { what: "first useful paint", unit: "ms", limit: 1000, measured: facts },
    { what: "all visible panels", unit: "ms", limit: 1000, measured: all },
    { what: "processor until then", unit: "ms", limit: 1000, measured: work },
    { what: "hover, longest frame", unit: "ms", limit: 16, measured: hover },
    { what: "hover, processor a move", unit: "ms", limit: 16, measured: move },
    { what: "brush, first frame", unit: "ms", limit: 100, measured: brush },
    { what: "brush, all panels' numbers", unit: "ms", limit: 100, measured: refine },
    { what: "memory of the tab", unit: "MB", limit: 250, measured: heap },
  ];
  for (const { what, unit, limit, measured } of budgets) {
    const value = middle(measured);
    const verdict = value <= limit ? "within" : "BEYOND";
    console.log(`${what.padEnd(27)} ${value.toFixed(0).padStart(6)} ${unit}  ${verdict} ${limit} ${unit}`);
  }
  await browser.close();
  await dashboard.close();
}

void main();
