import type { ProxyProgram } from './proxy.js';

/** As the guide shows it (docs/guide/en/proxies.md), with a prefix that is taken off. */
const NGINX: ProxyProgram = {
  command: 'nginx',
  args: (file) => ['-c', file, '-e', 'stderr', '-g', 'daemon off;'],
  configuration: ({ port, upstream, folder }) => `
pid ${folder}/pid;
worker_processes 1;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 2m;
    location / {
      proxy_pass http://${upstream};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_read_timeout 60s;
    }
    location /ai/ {
      proxy_pass http://${upstream}/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
};

/** As it is without settings for the service: it asks in HTTP/1.0, or 1.1 since 1.29.7, and collects what it gets. */
const BARE_NGINX: ProxyProgram = {
  ...NGINX,
  configuration: (options) => NGINX.configuration(options).replaceAll(/\n +proxy_(?:http|set|read).*/g, ''),
};

/** Takes HTTP/2 without TLS, as a balancer in front of it would send it. */
const HAPROXY: ProxyProgram = {
  command: 'haproxy',
  args: (file) => ['-db', '-f', file],
  configuration: ({ port, upstream }) => `
defaults
  mode http
  option http-no-delay
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port} proto h2
  default_backend service
backend service
  server service ${upstream}
`,
};

const CADDY: ProxyProgram = {
  command: 'caddy',
  args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  configuration: ({ port, upstream }) => `
{
  admin off
  auto_https off
  servers {
    protocols h1 h2c
  }
}
http://127.0.0.1:${port} {
  reverse_proxy ${upstream}
}
`,
};

/** By what a test calls them; `http`: the version that they are spoken to in. */
export const PROXIES = {
  nginx: { program: NGINX, http: 1 },
  'nginx without settings': { program: BARE_NGINX, http: 1 },
  haproxy: { program: HAPROXY, http: 2 },
  caddy: { program: CADDY, http: 2 },
} as const;
