import type { DataSource } from 'typeorm';
import { ClientEntity } from '../../../src/auth/client.entity.js';
import { newId } from '../../../src/common/uuid.js';
import { DocumentWriterRepository } from '../../../src/knowledge/documents/document-writer.repository.js';
import {
  type DocumentInput,
  DocumentRepository,
} from '../../../src/knowledge/documents/document.repository.js';
import { DocumentService } from '../../../src/knowledge/documents/document.service.js';
import { KnowledgeLoader } from '../../../src/knowledge/index/knowledge-loader.js';
import { PassageEntity } from '../../../src/knowledge/documents/passage.entity.js';
import { PassageRepository } from '../../../src/knowledge/search/passage.repository.js';
import { PassageRetriever } from '../../../src/knowledge/search/passage-retriever.js';
import { ServiceDocumentation } from '../../../src/knowledge/index/service-documentation.js';

/** A document as a caller sends it; `rest` says otherwise. */
export function document(title: string, content: string, rest: Partial<DocumentInput> = {}): DocumentInput {
  return {
    title,
    content,
    source: `${title}.md`,
    format: 'markdown',
    externalId: null,
    metadata: {},
    ...rest,
  };
}

/** The knowledge base on a database, without HTTP. */
export function openKnowledge(dataSource: DataSource) {
  const repository = new DocumentRepository(dataSource);
  const writer = new DocumentWriterRepository(dataSource);
  const passages = new PassageRepository(dataSource.getRepository(PassageEntity));
  const retriever = new PassageRetriever(passages, repository, writer);
  const loader = new KnowledgeLoader(repository, retriever);
  const documents = new DocumentService(repository, writer, retriever);
  const find = (
    clientId: string,
    query: string,
    { limit = 5, service = false }: { limit?: number; service?: boolean } = {},
  ) => retriever.search({ clientId, query, limit, includeServiceDocumentation: service });
  return {
    writer,
    documents,
    loader,
    serviceDocumentation: new ServiceDocumentation(loader),
    retriever,
    add: (clientId: string, input: DocumentInput) => documents.createDocument(clientId, input),
    find,
    titles: async (...asked: Parameters<typeof find>) => (await find(...asked)).map(({ title }) => title),
    async addClient(): Promise<string> {
      const id = newId();
      await dataSource.getRepository(ClientEntity).insert({ id, name: `client-${id}` });
      return id;
    },
  };
}

export type Knowledge = ReturnType<typeof openKnowledge>;
