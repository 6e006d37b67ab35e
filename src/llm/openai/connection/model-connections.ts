import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { APP_CONFIG, type AppConfig, type LlmConfig } from '../../../config/app-config.js';
import { MAX_ANSWER_BYTES } from '../response/answer-text.js';
import { decodeResponses } from './decoded-response.js';
import { http2WhereNeeded } from './http2-only.js';

const MAX_RESPONSE_HEADER_BYTES = 16_384;

/** Below the 5 s after which common servers (uvicorn, Node) close a connection that is not used. */
const UNUSED_CONNECTION_MS = 4_000;

/** A proxy cannot reach the loopback interface of this machine: what is there is asked directly. */
const NEVER_BY_PROXY = 'localhost,127.0.0.1,::1';

/**
 * What a compressed response may expand to, in bytes: room for the longest answer as a stream of small events. A few
 * kilobytes could become gigabytes.
 */
const MAX_EXPANDED_BYTES = 8 * MAX_ANSWER_BYTES;

/**
 * The connections of this process to model servers: through a proxy where one is set, kept alive between answers, one
 * answer at a time each.
 */
@Injectable()
export class ModelConnections implements OnApplicationShutdown {
  /** For requests beside answers, such as for a list of models. */
  readonly dispatcher: Dispatcher;
  private readonly agent: Agent | EnvHttpProxyAgent;

  constructor(@Inject(APP_CONFIG) { llm }: AppConfig) {
    this.agent = toAgent(llm);
    this.dispatcher = this.agent.compose(http2WhereNeeded(), decodeResponses(MAX_EXPANDED_BYTES));
  }

  /** Sends a request. `handler` gets the result, also when it cannot be sent. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.dispatcher.dispatch(options, handler);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

function toAgent({ connectTimeoutMs, models = [], proxy }: LlmConfig): Agent | EnvHttpProxyAgent {
  const targets = models.flatMap((model) => model.targets);
  const options = {
    // Of a single target it may be longer. An attempt has its own clock.
    connectTimeout: Math.max(connectTimeoutMs, ...targets.map((target) => target.connectTimeoutMs ?? 0)),
    // undici's would cut long answers after 300 s, and cannot tell a token from a comment.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    keepAliveTimeout: UNUSED_CONNECTION_MS,
    keepAliveMaxTimeout: 60_000,
    allowH2: true,
  };
  if (proxy === undefined) return new Agent(options);
  const { http = '', https = '', except } = proxy;
  const noProxy = [except, NEVER_BY_PROXY].filter((names) => names !== '').join(',');
  return new EnvHttpProxyAgent({ ...options, httpProxy: http, httpsProxy: https, noProxy });
}
