/** How much of the end of a text is the beginning of one of the tags. */
export function beginningAtEnd(text: string, tags: readonly string[]): number {
  const lengths = tags.map((tag) => {
    for (let length = Math.min(tag.length - 1, text.length); length > 0; length--)
      if (text.endsWith(tag.slice(0, length))) return length;
    return 0;
  });
  return Math.max(...lengths);
}
