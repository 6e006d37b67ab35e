/** The beginning of a well-formed text, of at most `units` UTF-16 units and without half a surrogate pair. */
export function beginningOf(text: string, units: number): string {
  if (text.length <= units) return text;
  const cut = text.slice(0, units);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
