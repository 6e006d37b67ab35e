import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { KnowledgeLoader } from './knowledge-loader.js';

/** Beside `src` and `dist` alike. */
const GUIDE = join(import.meta.dirname, '..', '..', '..', 'docs', 'guide');

/** Keeps the service's own documentation in the knowledge base, where the built-in model finds it. */
@Injectable()
export class ServiceDocumentation implements OnApplicationBootstrap {
  private readonly logger = new Logger(ServiceDocumentation.name);

  constructor(private readonly loader: KnowledgeLoader) {}

  /** A service without its documentation is no reason not to start. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      const { faults } = await this.load();
      for (const { path, fault } of faults) this.logger.warn(`${path} ${fault}`);
    } catch (error) {
      this.logger.warn(
        `The documentation was not loaded: ${error instanceof Error ? error.message : 'unknown error'}`,
      );
    }
  }

  /** Loads what has changed since it was last loaded. */
  load() {
    return this.loader.loadFolder(GUIDE, {
      scope: 'service',
      sourcePrefix: 'docs/guide/',
      metadataOf: (path) => ({ language: path.slice(0, path.indexOf('/')) }),
    });
  }
}
