import { z } from 'zod';

const SCHEME = /^postgres(?:ql)?:\/\//i;

const ENCODE =
  'the user name and the password have to be percent-encoded: # as %23, / as %2F, : as %3A, ? as %3F, @ as %40, % as %25, a space as %20';

/**
 * What is wrong with a PostgreSQL URL, or null; to be read after the variable's name. It repeats no part of the
 * value. A character that separates the parts of a URL (RFC 3986, 2.2) and is in a password unencoded would make
 * the rest of the password a host's name: it would be looked up in DNS and logged.
 */
export function findDatabaseUrlFault(value: string): string | null {
  if (!SCHEME.test(value))
    return 'must be a URL that starts with postgres:// or postgresql://, without quotes';
  if (hasStraySeparator(value) || !isDecodable(value)) return ENCODE;
  // libpq's form for a Unix socket, postgres://user@/name?host=/folder: the driver takes it, a URL parser does not.
  if (!URL.canParse(value.replace('@/', '@host/')))
    return `must have the form postgres://user:password@host:port/name; ${ENCODE}`;
  return null;
}

function hasStraySeparator(url: string): boolean {
  const [authority = '', ...rest] = url.replace(SCHEME, '').split(/(?=[/?])/);
  const isTornAtSign = authority.split('@').length > 2 || rest.join('').includes('@');
  return isTornAtSign || /[#\s]/.test(url);
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

/** A PostgreSQL's URL. Its faults name no part of it. */
export const databaseUrl = z.string().superRefine((value, context) => {
  const fault = findDatabaseUrlFault(value);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});
