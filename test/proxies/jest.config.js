import { separate, withDatabase } from '../jest.separate.js';

/** These tests need nginx, haproxy, caddy and PHP, and npm does not bring them: `scripts/install-proxies.sh` does. */
export default { ...separate('proxies'), ...withDatabase, testTimeout: 60_000 };
