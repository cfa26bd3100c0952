import type { MemberFacts } from "../../server/index.ts";
import { count, plural } from "../ui/format.ts";

interface Descent {
  readonly children: Pick<MemberFacts["children"], "length">;
  readonly row: Pick<MemberFacts["row"], "children">;
}

/** How often others went on from a state of it: a copy that is overwritten before it trains never does. */
export function descentOf({ children, row }: Descent, ended: boolean): string {
  if (row.children === 0 && children.length === 0) return "Nobody has copied it.";
  const idle = row.children - children.length;
  const copied = `It was copied ${row.children === 1 ? "once" : `${count(row.children)} times`}`;
  if (idle <= 0) return `${copied}, and ${row.children === 1 ? "the" : "every"} copy was trained further.`;
  return `${copied}; ${idle === row.children ? (idle === 1 ? "the copy was" : "the copies were") : `${plural(idle, "copy was", "copies were")}`} not trained further${ended ? "" : " yet"}.`;
}
