import type { KeyEntry } from "../../figures/index.ts";

/** What each mark means, by shape and by colour. */
export function Key({ entries }: { readonly entries: readonly KeyEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <div class="key plot-key">
      {entries.map(({ label, color, dash, mark = "line" }) => (
        <span key={label}>
          <svg class="plot-figure" width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
            {mark === "dot" ? (
              <circle cx="9" cy="5" r="3.5" fill={color} />
            ) : mark === "area" ? (
              <rect width="18" height="10" fill={color} fill-opacity="0.35" />
            ) : (
              <line x2="18" y1="5" y2="5" stroke={color} stroke-width="2" stroke-dasharray={dash} />
            )}
          </svg>
          {label}
        </span>
      ))}
    </div>
  );
}
