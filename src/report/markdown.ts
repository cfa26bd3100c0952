import { figureSvg } from "../figures/index.ts";
import type { Block, Report } from "./blocks.ts";

/** A report for a pull request: text, and the figures as files beside it. */
export interface MarkdownReport {
  readonly markdown: string;
  /** SVG texts by file name. */
  readonly files: ReadonlyMap<string, string>;
}

/** @param folder of the figures as the text names it, without a slash at its end */
export function reportMarkdown(report: Report, folder: string): MarkdownReport {
  const files = new Map<string, string>();
  const parts = report.blocks.map((block) => {
    if (block.kind !== "figure") return blockMarkdown(block);
    const file = `${block.id}.svg`;
    files.set(file, figureSvg(block.figure));
    return `![${plain(block.figure.title)}](${folder === "" ? "" : `${encodeURI(folder)}/`}${file})\n\n${plain(block.figure.caption)}`;
  });
  return { markdown: `${parts.join("\n\n")}\n`, files };
}

function blockMarkdown(block: Exclude<Block, { readonly kind: "figure" }>): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${plain(block.text)}`;
    case "text":
      return block.tone === "answer" ? `**${plain(block.text)}**` : plain(block.text);
    case "code":
      return `\`\`\`${block.language}\n${block.text.replaceAll("```", "'''")}\n\`\`\``;
    case "table": {
      const row = (cells: readonly string[]): string => `| ${cells.map(plain).join(" | ")} |`;
      const lines = [
        row(block.head),
        row(block.head.map(() => "---")).replaceAll("\\-", "-"),
        ...block.rows.map(row),
      ];
      return block.folded === true
        ? `<details><summary>${plain(block.caption)}</summary>\n\n${lines.join("\n")}\n\n</details>`
        : `${plain(block.caption)}\n\n${lines.join("\n")}`;
    }
  }
}

/** Text that Markdown and the HTML in it show as it is. */
const plain = (text: string): string =>
  text
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]#|~!]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
