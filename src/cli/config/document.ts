import { readFileSync } from "node:fs";
import { isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { UsageError } from "../../errors/index.ts";
import type { Json } from "../../space/index.ts";
import { codeFrame, type Place } from "./frame.ts";

/** A path into a document: names and list positions. */
export type Path = readonly (string | number)[];

/** A configuration file, with the place of each of its parts. */
export interface ConfigurationDocument {
  readonly file: string;
  readonly data: Json;
  /** `message`, led by the path, with the file's line under it. */
  problem(path: Path, message: string): string;
}

/**
 * Reads YAML or JSON (which YAML 1.2 contains).
 *
 * @param file as the user wrote it: it leads every message
 * @throws UsageError naming every syntax error with line and column
 */
export function readDocument(file: string, absolute: string): ConfigurationDocument {
  let text: string;
  try {
    text = readFileSync(absolute, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new UsageError(
      code === "ENOENT"
        ? `${file}: there is no such file. Make one with polytempo init?`
        : `${file}: cannot read the configuration (${code})`,
    );
  }
  return parseText(file, text);
}

/** As {@link readDocument}, from text. */
export function parseText(file: string, text: string): ConfigurationDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new UsageError(
      document.errors.map((error) => {
        const start = lines.linePos(error.pos[0]);
        const place: Place = { file, line: start.line, column: start.col, length: 1 };
        return [`${file}: ${error.message}`, ...codeFrame(text, place)].join("\n");
      }),
    );
  }
  const placeOf = (path: Path): Place | undefined => {
    const found = nodeAt(document.contents, path);
    const range = found?.range;
    if (range === undefined || range === null) return undefined;
    const start = lines.linePos(range[0]);
    const end = lines.linePos(Math.max(range[0], range[1]));
    const length = end.line === start.line ? end.col - start.col : 200;
    return { file, line: start.line, column: start.col, length };
  };
  return {
    file,
    data: document.toJS({ maxAliasCount: 100 }) as Json,
    problem: (path, message) => {
      const place = placeOf(path);
      const name = path.join(".");
      const head = name === "" ? `${file}: ${message}` : `${name}: ${message}`;
      return [head, ...(place === undefined ? [] : codeFrame(text, place))].join("\n");
    },
  };
}

/** The deepest node along the path that exists: for an unknown key, the key itself. */
function nodeAt(root: Node | null, path: Path): Node | undefined {
  let here: Node | undefined = root ?? undefined;
  for (const [index, step] of path.entries()) {
    if (isMap(here)) {
      const pair = here.items.find(
        (item) => isPair(item) && isNode(item.key) && String(item.key) === String(step),
      );
      if (pair === undefined) return here;
      const last = index === path.length - 1;
      const key: Node | undefined = isNode(pair.key) ? pair.key : undefined;
      const value: Node | undefined = isNode(pair.value) ? pair.value : undefined;
      const block: boolean = (isMap(value) || isSeq(value)) && value.flow !== true;
      here = last && (block || value === undefined) ? key : (value ?? key);
    } else if (isSeq(here)) {
      const item: unknown = here.items[Number(step)];
      if (!isNode(item)) return here;
      here = item;
    } else {
      return here;
    }
  }
  return here;
}
