import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything is kept that is installed for the matrix and is no npm package. */
export const CACHE = join(homedir(), '.cache', 'llm-chat-service', 'clients');
