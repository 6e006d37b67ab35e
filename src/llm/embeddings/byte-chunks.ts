/** A text in UTF-8 that comes in pieces, and of which parts are looked at. The pieces are never joined. */
export class ByteChunks {
  private readonly chunks: Buffer[] = [];
  private readonly starts: number[] = [];
  private bytes = 0;

  get length(): number {
    return this.bytes;
  }

  push(chunk: Buffer): void {
    this.starts.push(this.bytes);
    this.chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** The bytes from `start` up to, and without, `end`: both within what came. */
  slice(start: number, end: number): Buffer {
    let at = this.indexOf(start);
    const parts: Buffer[] = [];
    for (; at < this.chunks.length && this.starts[at]! < end; at++) {
      const begin = this.starts[at]!;
      parts.push(this.chunks[at]!.subarray(Math.max(0, start - begin), end - begin));
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** Which piece has the byte at `position`. */
  private indexOf(position: number): number {
    let [low, high] = [0, this.chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
