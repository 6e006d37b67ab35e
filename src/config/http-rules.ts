import { z } from 'zod';
import type { ProxyConfig } from './app-config.js';
import type { Environment } from './environment-variables.js';
import { isIP, isIPv4 } from 'node:net';

/** Schemes of apps, such as capacitor://localhost: the URL parser gives them no origin. */
const APP_ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#\s"'`*]+$/;

/** Whether a browser can send `entry` as its `Origin`: only then can the two be equal. */
export function isOrigin(entry: string): boolean {
  if (entry === '*') return true;
  const origin = URL.parse(entry)?.origin;
  if (origin === 'null') return APP_ORIGIN.test(entry);
  return origin === entry && !origin.includes('*');
}

/** Names that Express has for ranges of addresses. */
const RANGES: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];

/** Whether Express takes `value` for its setting "trust proxy", which throws at anything else. */
export function isTrustProxy(value: string): boolean {
  if (/^\d{1,3}$/.test(value)) return true;
  return value.split(',').every((entry) => isAddressOrRange(entry.trim()));
}

function isAddressOrRange(entry: string): boolean {
  if (RANGES.includes(entry)) return true;
  const [address = '', bits, ...rest] = entry.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || isBits(bits, isIPv4(address) ? 32 : 128) || isMask(address, bits);
}

function isBits(bits: string, most: number): boolean {
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most;
}

/** As in 10.0.0.0/255.0.0.0: ones, then zeros. */
function isMask(address: string, mask: string): boolean {
  if (!isIPv4(address) || !isIPv4(mask)) return false;
  const bits = mask.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  return /^1+0*$/.test(bits.join(''));
}

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
