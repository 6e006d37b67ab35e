import { kindOfDatabaseError } from '../database-error.js';

const NO_PASSWORD = /password must be a (?:non-empty )?string/i;
const NO_TLS = 'The server does not support SSL connections';

/** Node's codes for a certificate without a trusted issuer, or out of its time. */
const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_(?:HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|SIGNATURE_FAILURE))$/;

/** SQLSTATE object_not_in_prerequisite_state: at a connection, a database with `ALLOW_CONNECTIONS false`. */
const NO_CONNECTIONS = '55000';

/**
 * Why a connection will never be made, with its cure, in one or two sentences; null when waiting may help. The server's
 * own words about a login name the user and the database, never the password.
 */
export function findRefusal(error: unknown): string | null {
  const { code = '', message = '', syscall } = error as NodeJS.ErrnoException;
  const words = withoutFullStop(message);
  if (NO_PASSWORD.test(message)) return 'DATABASE_URL has no password, and the server wants one';
  if (message === NO_TLS)
    return `${words}. Write sslmode=disable in DATABASE_URL, or switch TLS on in the server`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is for another host (${code}). Write the host of the certificate in DATABASE_URL`;
  if (UNTRUSTED.test(code))
    return `its certificate is not trusted (${code}). Name the file of its CA: sslmode=verify-full&sslrootcert=/path/ca.pem in DATABASE_URL`;
  if (syscall === 'open')
    return `a file that sslrootcert, sslcert or sslkey in DATABASE_URL names cannot be read (${code})`;
  if (code === NO_CONNECTIONS)
    return `${words}. Its administrator allows them: ALTER DATABASE … ALLOW_CONNECTIONS true`;
  if (kindOfDatabaseError(error) !== 'refused') return null;
  return message.includes('no encryption')
    ? `${words}. Where the server wants TLS, write sslmode=verify-full in DATABASE_URL`
    : `${words}. Check DATABASE_URL`;
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, '');
}
