import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseModule } from '../database/database.module.js';
import { AuthGuard } from './auth.guard.js';
import { AuthenticationService } from './authentication.service.js';
import { ClientKeyEntity } from './client-key.entity.js';
import { ClientEntity } from './client.entity.js';
import { ClientRepository } from './client.repository.js';
import { ClientService } from './client.service.js';
import { ConfiguredKeys } from './configured-keys.js';
import { KeyLookups } from './key-lookups.js';
import { MemoryGuard } from './memory.guard.js';
import { ShareGuard } from './share.guard.js';

@Module({
  imports: [DatabaseModule, TypeOrmModule.forFeature([ClientEntity, ClientKeyEntity])],
  providers: [
    AuthenticationService,
    ClientRepository,
    ClientService,
    ConfiguredKeys,
    KeyLookups,
    // In this order: a share is somebody's.
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: ShareGuard },
    { provide: APP_GUARD, useClass: MemoryGuard },
  ],
  exports: [AuthenticationService, ClientService],
})
export class AuthModule {}
