import { useSignal } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { useEffect } from "preact/hooks";

/**
 * A page whose code is fetched when it is first opened.
 * @param load gets the page
 * @param waiting what stands in its place until then
 * @param at the page, where its code is there already
 */
export function lazyPage(
  load: () => Promise<ComponentType>,
  waiting?: () => VNode,
  at: () => ComponentType | null = () => null,
): ComponentType {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    loaded ??= at();
    const ready = useSignal(loaded !== null);
    const failed = useSignal(false);
    useEffect(() => {
      if (ready.value) return;
      load().then(
        (page) => {
          loaded = page;
          ready.value = true;
        },
        () => {
          failed.value = true;
        },
      );
    }, []);
    if (failed.value)
      return <p class="notice">This part of the page could not be read. Reload to try again.</p>;
    const Page = loaded;
    if (ready.value && Page !== null) return <Page />;
    return waiting === undefined ? <p class="boot">Reading …</p> : waiting();
  };
}
