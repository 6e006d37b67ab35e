/** Those of the IANA registry that change the bytes of a body. */
const CODINGS: ReadonlySet<string> = new Set([
  'gzip',
  'x-gzip',
  'deflate',
  'br',
  'zstd',
  'compress',
  'x-compress',
  'dcb',
  'dcz',
  'exi',
  'pack200-gzip',
]);

/**
 * How a body is compressed, in lower case and in the order of the header; empty: it is plain. Servers also write words into
 * `Content-Encoding` that compress nothing: `none`, `utf-8`, `Identity`.
 */
export function contentCodings(header: string | string[] | undefined = ''): string[] {
  const names = String(header).toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => CODINGS.has(name));
}
