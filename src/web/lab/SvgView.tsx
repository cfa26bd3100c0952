import { useEffect, useRef } from "preact/hooks";

/**
 * A figure that came as text. It is read as XML, not as HTML, and its style attributes are set one by one: the page's
 * content policy refuses written styles.
 */
export function SvgView({ svg, label }: { readonly svg: string; readonly label: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const text = svg.replace(/<style[^>]*>[\s\S]*?<\/style>/g, "").replaceAll(' style="', ' data-style="');
    const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
    for (const element of documentElement.querySelectorAll<SVGElement>("[data-style]")) {
      const rules = (element.dataset["style"] ?? "").split(";");
      element.removeAttribute("data-style");
      for (const rule of rules) {
        const at = rule.indexOf(":");
        if (at > 0) element.style.setProperty(rule.slice(0, at).trim(), rule.slice(at + 1).trim());
      }
    }
    // The whole picture is one image with one label; names of its parts would say nothing beside it.
    for (const part of documentElement.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
    documentElement.removeAttribute("role");
    documentElement.removeAttribute("aria-label");
    documentElement.removeAttribute("height");
    documentElement.setAttribute("width", "100%");
    host.current?.replaceChildren(document.importNode(documentElement, true));
  }, [svg]);
  return <div class="plot-figure paper" ref={host} role="img" aria-label={label} />;
}
