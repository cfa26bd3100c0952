/** What to do about an alarm of the slow clock, in a few words, where the alarm itself does not say it. */
const advice: readonly (readonly [begins: RegExp, text: string])[] = [
  [
    /^noise (is being|may be) selected/,
    "score by effective, auto or two-sided truncation, or average longer",
  ],
  [/^one ancestor took over/, "lower the share replaced, or let members keep longer"],
  [/: diversity has collapsed/, "raise the mutation"],
];

/** An alarm as the log says it, with what to do about it. */
export function advised(alarm: string): string {
  const found = advice.find(([begins]) => begins.test(alarm));
  return found === undefined ? alarm : `${alarm}; ${found[1]}`;
}
