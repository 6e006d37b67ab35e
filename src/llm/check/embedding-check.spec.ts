import type { AppConfig } from '../../config/app-config.js';
import { entries } from '../../../test/support/model/embedding-answers.js';
import { status } from '../../../test/support/model/model-server.faults.js';
import type { Behaviour } from '../../../test/support/model/model-server.exchange.js';
import { ModelServer } from '../../../test/support/model/model-server.js';
import { EmbeddingClient } from '../embeddings/embedding-client.js';
import { EmbeddingsService } from '../embeddings.service.js';
import { ModelConnections } from '../openai/connection/model-connections.js';
import { SYSTEM_TIMING } from '../retry/timing.js';
import { checkEmbeddingModel } from './embedding-check.js';

async function check(behaviour: Behaviour) {
  const server = await ModelServer.start();
  const embedding = { baseUrl: server.baseUrl, model: 'bge-m3', apiKey: 'sk-secret' };
  const limits = { connectTimeoutMs: 3_000, totalTimeoutMs: 5_000, maxRetries: 0, maxInFlight: 10 };
  const waits = { recoveryWaitMs: 0, firstRecoveryWaitMs: 0 };
  const config = { llm: { embedding, ...limits, ...waits }, clientSharePercent: 50 } as unknown as AppConfig;
  const connections = new ModelConnections(config);
  server.next(behaviour);
  try {
    const client = new EmbeddingClient(connections);
    return await checkEmbeddingModel(new EmbeddingsService(config, client, SYSTEM_TIMING), embedding);
  } finally {
    await connections.onApplicationShutdown();
    await server.stop();
  }
}

describe('The check of the embedding model', () => {
  it('says how long its vectors are', async () => {
    const { text, isFaulty } = await check(entries([{ embedding: [1, 2, 3] }]));
    expect(text).toMatch(/^Embedding model bge-m3 at 127\.0\.0\.1:\d+: answers with vectors of 3 numbers$/);
    expect(isFaulty).toBe(false);
  });

  it('says what is wrong, and no key', async () => {
    const { text, isFaulty } = await check(status(401, { error: { message: 'Bad key sk-secret' } }));
    expect(text).toMatch(/no answer: model_misconfigured: the key is refused: status 401/);
    expect(text).not.toContain('sk-secret');
    expect(isFaulty).toBe(true);
  });
});
