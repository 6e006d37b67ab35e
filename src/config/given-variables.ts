import type { Environment } from './environment-variables.js';

const BYTE_ORDER_MARK = '\uFEFF';

/** What the mark of UTF-16 becomes when its two bytes are read as UTF-8. */
const UTF_16 = '\uFFFD\uFFFD';

/**
 * The variables that are set to something, without white space around values: a secret made with `echo` ends with a
 * line end, which no header takes. A file `.env` that begins with a byte order mark (Windows Notepad) would lose its
 * first variable: Node.js takes the mark for a part of the name.
 */
export function givenVariables(environment: Environment, faults: string[]): Environment {
  if (Object.keys(environment).some((name) => name.startsWith(UTF_16)))
    faults.push('.env: is not UTF-8. Save it as UTF-8, it is UTF-16 now');
  const entries = Object.entries(environment).map(([name, value = '']) => [name, value.trim()] as const);
  const given = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  for (const [name, value] of Object.entries(given))
    if (name.startsWith(BYTE_ORDER_MARK)) given[name.slice(1)] ??= value;
  return given;
}
