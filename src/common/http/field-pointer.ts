/** Most entries of a problem's `errors`: a caller may send thousands of unknown parameters. */
export const MAX_ERRORS = 100;

/** Most characters of a name that an answer repeats: a caller may send one of a megabyte. */
const MAX_NAME_CHARACTERS = 200;

/** The JSON pointer (RFC 6901) of a member of the body; of a very long name, its beginning and `…`. */
export function toPointer(name: string): string {
  const short = name.length > MAX_NAME_CHARACTERS ? `${name.slice(0, MAX_NAME_CHARACTERS)}…` : name;
  return `/${short.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
