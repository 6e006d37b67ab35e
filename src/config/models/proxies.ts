import { z } from 'zod';
import type { ProxyConfig } from '../app-config.js';
import type { Environment } from '../environment-variables.js';

/** Other programs read these names, in lower case first. */
const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;

/** No fault repeats it: it may hold a password. */
export const proxyUrl = z
  .string()
  .refine(
    (url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''),
    'must be the URL of a proxy, such as http://proxy.example:3128',
  );

/** `given` with the lower-case names of proxies, which win, under their upper-case names. */
export function withProxies(given: Environment): Environment {
  const proxies = NAMES.map((name) => [name, given[name.toLowerCase()] ?? given[name]] as const);
  return { ...given, ...Object.fromEntries(proxies.filter(([, value]) => value !== undefined)) };
}

export function toProxyConfig({
  HTTP_PROXY: http,
  HTTPS_PROXY: https,
  NO_PROXY: except,
}: {
  readonly HTTP_PROXY?: string;
  readonly HTTPS_PROXY?: string;
  readonly NO_PROXY: string;
}): ProxyConfig | undefined {
  return http === undefined && https === undefined ? undefined : { http, https, except };
}
