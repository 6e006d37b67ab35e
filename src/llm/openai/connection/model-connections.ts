import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';

const MAX_RESPONSE_HEADER_BYTES = 16_384;

/** Below the 5 s after which common servers (uvicorn, Node) close a connection that is not used. */
const UNUSED_CONNECTION_MS = 4_000;

/** The connections of this process to model servers: kept alive between answers, one answer at a time each. */
@Injectable()
export class ModelConnections implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    this.agent = new Agent({
      connect: { timeout: config.llm.connectTimeoutMs },
      // An attempt has its own clock: undici's would cut long answers after 300 s, and cannot tell a token
      // from a comment.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
      keepAliveTimeout: UNUSED_CONNECTION_MS,
      keepAliveMaxTimeout: 60_000,
      // Aborting an answer cuts its connection, which over HTTP/2 others would share.
      allowH2: false,
    });
  }

  /** Sends a request. `handler` gets the result, also when it cannot be sent. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.agent.dispatch(options, handler);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}
