/** Collects a body that must be complete, up to a limit. */
export class BodyBuffer {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get isOverfull(): boolean {
    return this.bytes > this.maxBytes;
  }

  push(chunk: Buffer): void {
    if (this.isOverfull) return;
    this.bytes += chunk.length;
    this.chunks.push(chunk);
  }

  /** What came, cut to the limit. */
  toString(): string {
    return Buffer.concat(this.chunks).toString('utf8', 0, Math.min(this.bytes, this.maxBytes));
  }
}
