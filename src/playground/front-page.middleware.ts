import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';

/** Beside `src` and `dist` alike. */
const ICON = join(import.meta.dirname, '..', '..', 'clients', 'playground', 'icon.svg');

export interface FrontPageLinks {
  readonly playground: boolean;
  readonly swaggerUi: boolean;
}

/**
 * What a browser shows at the service's root, and the icon that browsers ask for: no key, no database. A page and no
 * redirect: load balancers use `GET /` as a health check unless another path is configured.
 */
export function frontPage(links: FrontPageLinks): Router {
  const router = express.Router();
  const page = pageOf(links);
  router.use('/', (request: Request, response: Response, next: NextFunction) => {
    if (!isRead(request)) next();
    else if (request.path === '/') response.type('html').send(page);
    else if (request.path === '/favicon.ico')
      response.setHeader('Cache-Control', 'public, max-age=86400').sendFile(ICON);
    else next();
  });
  return router;
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The links are relative: a proxy may have taken a prefix off the path. */
function pageOf({ playground, swaggerUi }: FrontPageLinks): string {
  const links = [
    ...(playground ? [['playground', 'Playground / 试用台']] : []),
    ...(swaggerUi ? [['docs', 'Every route, to try out / 全部接口']] : []),
    ['openapi.json', 'OpenAPI document / OpenAPI 文档'],
    ['health/ready', 'Whether it is ready / 是否就绪'],
  ];
  const items = links.map(([path, text]) => `<li><a href="${path}">${text}</a></li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>LLM chat service</title>
<h1>LLM chat service</h1>
<ul>
${items}
</ul>
</html>
`;
}
