import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModelServer } from '../../test/support/model/model-server.js';
import type { AppConfig, TargetConfig } from '../config/app-config.js';
import type { ChatModel } from './chat-model.js';
import { EmbeddingClient } from './embeddings/embedding-client.js';
import { EmbeddingsService } from './embeddings.service.js';
import { ModelCheckService } from './model-check.service.js';
import { ModelConnections } from './openai/connection/model-connections.js';
import { OpenAiClient } from './openai/openai-client.js';
import { SYSTEM_TIMING } from './retry/timing.js';

/** Answers every request with that status and body. */
async function pageServer(
  status: number,
  body: string,
): Promise<{ baseUrl: string; stop: () => Promise<void> }> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stop: async () => void (await once(server.close(), 'close')),
  };
}

describe('The check of the models at the start', () => {
  it('notes which servers answer themselves: they are waited for when they are away later', async () => {
    const server = await ModelServer.start();
    const loading = await pageServer(503, '{"error":"loading"}');
    const proxy = await pageServer(502, '<h1>502 Bad Gateway</h1>');
    const urls = [server.baseUrl, loading.baseUrl, proxy.baseUrl, await ModelServer.unreachableUrl()];
    const targets = urls.map((baseUrl) => ({
      baseUrl,
      model: 'other',
    }));
    const noted: TargetConfig[] = [];
    const answerer = { noteAnswer: (target: TargetConfig) => noted.push(target) } as unknown as ChatModel;
    const config = {
      llm: { models: [{ name: 'm', targets }], connectTimeoutMs: 3_000 },
    } as unknown as AppConfig;
    const connections = new ModelConnections(config);
    const openAi = new OpenAiClient(connections);
    const embeddings = new EmbeddingsService(config, new EmbeddingClient(connections), SYSTEM_TIMING);
    const lines: string[] = [];
    const note = (line: string) => lines.push(line);
    try {
      await new ModelCheckService(config, answerer, connections, openAi, embeddings).report({
        log: note,
        warn: note,
      });
    } finally {
      await connections.onApplicationShutdown();
      await Promise.all([server.stop(), loading.stop(), proxy.stop()]);
    }
    // It does not know the model, but it is there.
    expect(noted).toEqual(targets.slice(0, 2));
    expect(lines).toHaveLength(4);
  });
});
