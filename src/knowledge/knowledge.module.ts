import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseModule } from '../database/database.module.js';
import { DocumentController } from './documents/document.controller.js';
import { DocumentEntity } from './documents/document.entity.js';
import { DocumentWriterRepository } from './documents/document-writer.repository.js';
import { DocumentRepository } from './documents/document.repository.js';
import { DocumentService } from './documents/document.service.js';
import { KnowledgeLoader } from './index/knowledge-loader.js';
import { KnowledgeSearchController } from './search/knowledge-search.controller.js';
import { PassageEntity } from './documents/passage.entity.js';
import { PassageRepository } from './search/passage.repository.js';
import { PassageRetriever } from './search/passage-retriever.js';
import { Retriever } from './retriever.js';
import { ServiceDocumentation } from './index/service-documentation.js';
import { SEARCH_BACKEND, SharedRetriever } from './search/shared-retriever.js';

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
    { provide: SEARCH_BACKEND, useClass: PassageRetriever },
    { provide: Retriever, useClass: SharedRetriever },
  ],
  exports: [Retriever, KnowledgeLoader],
})
export class KnowledgeModule {}
