/** A row's history in a few pixels; the numbers are in the table. */
export function Spark({ values }: { readonly values: readonly (number | null)[] }) {
  const known = values.filter((v): v is number => v !== null && Number.isFinite(v));
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const [width, height] = [72, 18];
  let path = "";
  let pen = "M";
  values.forEach((value, i) => {
    if (value === null || !Number.isFinite(value)) {
      pen = "M";
      return;
    }
    const x = (i / (values.length - 1)) * (width - 2) + 1;
    const y = high === low ? height / 2 : 1 + ((high - value) / (high - low)) * (height - 2);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  });
  return (
    <svg width={width} height={height} aria-hidden="true" class="spark">
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.2" />
    </svg>
  );
}
