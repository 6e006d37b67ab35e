import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, NextFunction, Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';

/** Answers a method that no route of a known path takes: 405, with those that there are (RFC 9110, 15.5.6). */
@Module({})
export class OtherMethodsModule implements OnModuleInit {
  constructor(private readonly http: HttpAdapterHost) {}

  /** By now all routes are there, and what answers an unknown path is not yet. */
  onModuleInit(): void {
    const app = this.http.httpAdapter.getInstance<Express>();
    for (const [path, methods] of methodsByPath(app)) app.route(path).all(refusing(methods));
  }
}

function methodsByPath(app: Express): Map<string, Set<string>> {
  const byPath = new Map<string, Set<string>>();
  for (const { route } of app.router.stack) {
    if (!route) continue;
    const methods = byPath.get(route.path) ?? new Set();
    byPath.set(route.path, methods);
    for (const { method } of route.stack) methods.add(method.toUpperCase());
    if (methods.has('GET')) methods.add('HEAD');
  }
  return byPath;
}

function refusing(methods: ReadonlySet<string>) {
  const allowed = [...methods].join(', ');
  return (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Allow', allowed);
    next(new AppError('method_not_allowed', `This path takes ${allowed}.`));
  };
}
