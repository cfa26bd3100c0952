export type { Block, Report } from "./blocks.ts";
export type { MarkdownReport } from "./markdown.ts";
export { htmlReport, markdownReport, type ReportOptions } from "./write.ts";
export type { ReportContext } from "./runReport.ts";
