import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseModule } from '../database/database.module.js';
import { DocumentController } from './document.controller.js';
import { DocumentEntity } from './document.entity.js';
import { DocumentWriterRepository } from './document-writer.repository.js';
import { DocumentRepository } from './document.repository.js';
import { DocumentService } from './document.service.js';
import { KnowledgeLoader } from './knowledge-loader.js';
import { KnowledgeSearchController } from './knowledge-search.controller.js';
import { PassageEntity } from './passage.entity.js';
import { PassageRepository } from './passage.repository.js';
import { PassageRetriever } from './passage-retriever.js';
import { Retriever } from './retriever.js';
import { ServiceDocumentation } from './service-documentation.js';
import { SharedRetriever } from './shared-retriever.js';

/** Documents, the passages they are cut into, and their search. */
@Module({
  imports: [DatabaseModule, TypeOrmModule.forFeature([DocumentEntity, PassageEntity])],
  controllers: [DocumentController, KnowledgeSearchController],
  providers: [
    DocumentService,
    DocumentRepository,
    DocumentWriterRepository,
    PassageRepository,
    KnowledgeLoader,
    ServiceDocumentation,
    PassageRetriever,
    { provide: Retriever, useClass: SharedRetriever },
  ],
  exports: [Retriever, KnowledgeLoader],
})
export class KnowledgeModule {}
