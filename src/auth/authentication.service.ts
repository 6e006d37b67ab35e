import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import type { AuthenticatedRequest, CallingClient } from './calling-client.js';
import { bearerKey, hashKey, isSameHash } from './client-key.js';
import { ConfiguredKeys } from './configured-keys.js';
import { KeyLookups } from './key-lookups.js';
import { WrongKeys } from './wrong-keys.js';

/** Who is calling, by the headers of a request alone. */
@Injectable()
export class AuthenticationService {
  private readonly wrongKeys = new WrongKeys();

  constructor(
    private readonly configured: ConfiguredKeys,
    private readonly lookups: KeyLookups,
  ) {}

  /**
   * The client whose key the `Authorization` header carries. Looked up once a request, however often it is asked for.
   * @throws AppError `unauthorized` without a key, and for an unknown, expired or revoked key;
   * `too_many_requests` for such a key from an address from which many wait for their answer
   */
  identify(request: AuthenticatedRequest): Promise<CallingClient> {
    request.identified ??= this.authenticate(request).then((client) => (request.callingClient = client));
    return request.identified;
  }

  private async authenticate(request: AuthenticatedRequest): Promise<CallingClient> {
    const key = bearerKey(request.headers.authorization);
    if (!key) throw new AppError('unauthorized', 'Send a key as "Authorization: Bearer <key>".');
    const hash = hashKey(key);
    const configured = this.configured.find(hash);
    if (configured) return configured;
    const found = await this.lookups.find(hash);
    if (found && isSameHash(found.hash, hash)) return found.client;
    await this.wrongKeys.slowDown(request.ip ?? '');
    throw new AppError('unauthorized', 'The key is unknown, expired or revoked.');
  }
}
