export interface SegmenterOptions { readonly minChars: number; readonly afterMs: number; readonly maxBytes?: number }
export type SegmenterOutput = { readonly type: 'text'; readonly text: string } | { readonly type: 'cut' };
export class Segmenter {
  constructor(_o: SegmenterOptions, _n: number) {}
  push(text: string, _now: number): SegmenterOutput[] { return [{ type: 'text', text }]; }
  readonly wakeAt: number | null = null;
  tick(_now: number): SegmenterOutput[] { return []; }
  flush(): SegmenterOutput[] { return []; }
  restart(_now: number): void {}
}
