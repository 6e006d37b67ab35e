/** A PNG of 3 by 2 pixels, all of them red. */
export const IMAGE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP4z8AAQQxwFgBB0gX7b/EWxwAAAABJRU5ErkJggg==';

/** @param url a `data:` URL of a PNG; what the model says of any other one is that it cannot read it */
export function sizeOfImage(url: string): string {
  const bytes = Buffer.from(url.split(';base64,')[1] ?? '', 'base64');
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return `This is no PNG: ${url.slice(0, 60)}`;
  return `The image has ${bytes.readUInt32BE(16)} by ${bytes.readUInt32BE(20)} pixels.`;
}
