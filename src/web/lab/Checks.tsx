import type { Outcome } from "./messages.ts";
import { number } from "../ui/format.ts";

/** What a check asks for: "0.5 ± 0.1", "≥ 10". Written here, for the lab's index would bring its recipes to this thread. */
function wanted({ reference, tolerance, bound, unclaimed }: Outcome["checks"][number]): string {
  if (unclaimed !== undefined) return "–";
  const limit = number(reference, 5);
  if (bound === undefined) return `${limit} ± ${number(tolerance, 2)}`;
  return bound === "least" ? `≥ ${limit}` : `≤ ${limit}`;
}

/** Computed values beside the references of the theory. */
export function Checks({ checks }: { readonly checks: Outcome["checks"] }) {
  if (checks.length === 0) return null;
  const good = checks.filter(({ verdict }) => verdict === "pass").length;
  const claimed = checks.filter(({ verdict }) => verdict !== "unclaimed").length;
  return (
    <section class="panel">
      <h2>Does it hold?</h2>
      <p class="answer">
        {claimed === 0 ? "Nothing is claimed for these parameters." : `${good} of ${claimed} claims hold.`}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Claims">
        <table class="checks">
          <thead>
            <tr>
              {["claim", "computed", "reference", "source", ""].map((title, i) => (
                <th key={title} scope="col" class={i === 1 || i === 2 ? "n" : ""}>
                  {title === "" ? <span class="visually-hidden">holds</span> : title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {checks.map((check, i) => (
              <tr key={i}>
                <td class="wrap">{check.claim}</td>
                <td class="n">{number(check.value, 5)}</td>
                <td class="n">{wanted(check)}</td>
                <td>{check.source}</td>
                <td>
                  {check.verdict === "pass"
                    ? "✓ holds"
                    : check.verdict === "fail"
                      ? "✕ does not hold"
                      : `not claimed ${check.unclaimed ?? ""}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
