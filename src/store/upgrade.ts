import { bucketAt, bucketsPerRow, bucketTable, encodeBuckets, everyStep } from "./bucket-rows.ts";
import type { Connection } from "./connection.ts";
import { mergeBuckets } from "./rollup.ts";
import { schemaVersion } from "./schema.ts";

/**
 * Makes a file of an older format one of this format, all or nothing. Format 1 held each bucket of the rollups in a row
 * of its own. Those rows stay as they are, since reading takes both; only the last ones of each level, to which new
 * buckets will be added, are put together. Programs that know format 1 only refuse the file from then on.
 */
export function upgrade(connection: Connection): void {
  const version = Number(connection.get("PRAGMA user_version")?.user_version);
  if (version === schemaVersion) return;
  connection.transaction(() => {
    for (const { id } of connection.all("SELECT id FROM series")) gatherLastRows(connection, Number(id));
    connection.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
}

function gatherLastRows(connection: Connection, series: number): void {
  const last = "SELECT max(position) AS position FROM buckets WHERE series = ? AND level = ?";
  for (let level = 0; ; level++) {
    const position = connection.get(last, series, level)?.position ?? null;
    if (position === null) return;
    const until = Number(position);
    const first = until - (until % bucketsPerRow);
    const table = bucketTable(connection, series, level, [{ from: first, until }], everyStep);
    const buckets = Array.from({ length: table.rows }, (_, i) => bucketAt(table, i, 0));
    const { fromStep, untilStep } = mergeBuckets(buckets);
    connection.run(
      "DELETE FROM buckets WHERE series = ? AND level = ? AND position >= ?",
      series,
      level,
      first,
    );
    connection.run(
      "INSERT INTO buckets (series, level, position, from_step, until_step, data) VALUES (?, ?, ?, ?, ?, ?)",
      series,
      level,
      first,
      fromStep,
      untilStep,
      encodeBuckets(buckets),
    );
  }
}
