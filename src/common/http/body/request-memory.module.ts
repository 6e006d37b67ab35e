import { Global, Module } from '@nestjs/common';
import { RequestMemory } from './request-memory.js';

/** One memory for all requests of the process. */
@Global()
@Module({
  providers: [{ provide: RequestMemory, useFactory: () => new RequestMemory() }],
  exports: [RequestMemory],
})
export class RequestMemoryModule {}
