import { signal } from "@preact/signals";

const spoken = signal("");
const shown = signal<string | null>(null);
let speaking: ReturnType<typeof setTimeout> | undefined;
let showing: ReturnType<typeof setTimeout> | undefined;

/** Says something to a screen reader, politely; only the last of a quick series. */
export function announce(text: string): void {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    spoken.value = text;
  }, 200);
}

/** Shows a sentence for a moment. */
export function toast(text: string): void {
  shown.value = text;
  clearTimeout(showing);
  showing = setTimeout(() => {
    shown.value = null;
  }, 4000);
}

export function Feedback() {
  return (
    <>
      <div class="visually-hidden" aria-live="polite">
        {spoken}
      </div>
      <div role="status">{shown.value === null ? null : <p class="toast">{shown.value}</p>}</div>
    </>
  );
}
