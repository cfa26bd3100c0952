/** Splits a stream of bytes into lines with bounded memory, whatever the bytes are. */
export interface LineSplitter {
  write(chunk: Buffer): void;
  /** Hands over a last line without a line end. */
  end(): void;
}

/**
 * @param limit longest line in bytes; a longer one is handed over as its first `limit` bytes, marked `cut`
 * @param onLine receives each line without its end; the buffer is only valid during the call
 */
export function lineSplitter(limit: number, onLine: (line: Buffer, cut: boolean) => void): LineSplitter {
  let pieces: Buffer[] = [];
  let held = 0;
  let cut = false;

  const keep = (piece: Buffer): void => {
    const room = limit - held;
    if (piece.length > room) cut = true;
    if (room <= 0 || piece.length === 0) return;
    pieces.push(piece.subarray(0, room));
    held += Math.min(room, piece.length);
  };

  const flush = (): void => {
    onLine(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, held), cut);
    pieces = [];
    held = 0;
    cut = false;
  };

  return {
    write(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(10, start);
        if (end < 0) break;
        if (held === 0 && !cut && end - start <= limit) onLine(chunk.subarray(start, end), false);
        else {
          keep(chunk.subarray(start, end));
          flush();
        }
        start = end + 1;
      }
      // A copy: the rest of a chunk must not keep 64 kB alive for a few bytes.
      if (start < chunk.length)
        keep(Buffer.from(chunk.subarray(start, start + Math.max(0, limit - held) + 1)));
    },
    end() {
      if (held > 0 || cut) flush();
    },
  };
}
