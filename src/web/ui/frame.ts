import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { parameter } from "../state/location.ts";

/** What a panel knows of its place on the screen: panels pull data only while they can be seen. */
export interface Frame {
  readonly id: string;
  readonly element: RefObject<HTMLElement | null>;
  readonly visible: ReadonlySignal<boolean>;
  /** Inner width in CSS pixels; 0 before the first layout. */
  readonly width: ReadonlySignal<number>;
  /** Height for the figure. */
  readonly height: number;
  readonly expanded: boolean;
  /** What the cursor is on, in words: shown under the figure and said politely. */
  readonly readout: Signal<string>;
}

/** A panel's place. `id` names it in the address (`?expand=fan`) and in files. */
export function useFrame(id: string, height = 232): Frame {
  const element = useRef<HTMLElement | null>(null);
  const visible = useSignal(false);
  const width = useSignal(0);
  const readout = useSignal("");
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const seen = new IntersectionObserver(
      (entries) => {
        visible.value = entries.at(-1)!.isIntersecting;
      },
      { rootMargin: "200px" },
    );
    const sized = new ResizeObserver((entries) => {
      width.value = Math.max(0, Math.floor(entries.at(-1)!.contentRect.width));
    });
    seen.observe(target);
    sized.observe(target);
    return () => {
      seen.disconnect();
      sized.disconnect();
    };
  }, []);
  const expanded = parameter("expand") === id;
  return {
    id,
    element,
    visible,
    width,
    height: expanded ? Math.max(height, 440) : height,
    expanded,
    readout,
  };
}
