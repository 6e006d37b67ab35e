import type { Environment } from '../../../src/config/environment.js';

/** Times of Node's HTTP server, in milliseconds. */
export interface ServerTimes {
  readonly requestTimeout?: number;
  readonly headersTimeout?: number;
  readonly keepAliveTimeout?: number;
  readonly keepAliveTimeoutBuffer?: number;
  readonly connectionsCheckingInterval?: number;
}

/** To be added to a child's environment: its server has these times in place of its own, which are minutes. */
export function scaledServer(times: ServerTimes): Environment {
  const program = `
    import { Server } from 'node:http';
    const { listen } = Server.prototype;
    Server.prototype.listen = function (...args) {
      Object.assign(this, ${JSON.stringify(times)});
      return listen.apply(this, args);
    };
  `;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}
