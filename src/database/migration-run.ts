/** Brings the configured database up to date and ends: for a deployment that migrates before it starts. */
import { refuseOldNode } from '../common/node-version.js';

refuseOldNode();
void import('./run-migrations.js');
