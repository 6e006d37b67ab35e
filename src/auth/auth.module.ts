import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthGuard } from './auth.guard.js';
import { ClientKeyEntity } from './client-key.entity.js';
import { ClientEntity } from './client.entity.js';
import { ClientRepository } from './client.repository.js';
import { ClientService } from './client.service.js';
import { ConfiguredKeys } from './configured-keys.js';

@Module({
  imports: [TypeOrmModule.forFeature([ClientEntity, ClientKeyEntity])],
  providers: [ClientRepository, ClientService, ConfiguredKeys, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [ClientService],
})
export class AuthModule {}
