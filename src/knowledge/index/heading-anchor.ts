/** The anchor that Markdown viewers give the innermost heading of a path: `Feedback > Sending it` is `sending-it`. */
export function headingAnchor(path: string): string {
  const innermost = path.split(' > ').at(-1) ?? '';
  return innermost
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
