import { SERVICE_VERSION } from '../../../common/service-version.js';
import type { TargetConfig } from '../../../config/app-config.js';

/** What model servers see of this service in their logs; some proxies refuse requests without it. */
const USER_AGENT = `llm-chat-service/${SERVICE_VERSION}`;

/** The headers that each request to a target has: its key, and what its settings say. */
export function targetHeaders({ apiKey, apiKeyHeader, headers }: TargetConfig): Record<string, string> {
  return { 'user-agent': USER_AGENT, ...keyHeader(apiKey, apiKeyHeader), ...headers };
}

function keyHeader(apiKey?: string, header?: string): Record<string, string> {
  if (apiKey === undefined) return {};
  return header === undefined ? { authorization: `Bearer ${apiKey}` } : { [header]: apiKey };
}
