/** The service's entry point: looks at the version of Node.js before anything that needs a newer one is loaded. */
import { refuseOldNode } from './common/node-version.js';

refuseOldNode();
void import('./app/serve.js');
