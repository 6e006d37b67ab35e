import { ModelServer } from '../../test/support/model/model-server.js';
import type { AppConfig, TargetConfig } from '../config/app-config.js';
import type { ChatModel } from './chat-model.js';
import { ModelCheckService } from './model-check.service.js';
import { ModelConnections } from './openai/connection/model-connections.js';
import { OpenAiClient } from './openai/openai-client.js';

describe('The check of the models at the start', () => {
  it('notes which servers answer: they are waited for when they are away later', async () => {
    const server = await ModelServer.start();
    const targets = [server.baseUrl, await ModelServer.unreachableUrl()].map((baseUrl) => ({
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
    const lines: string[] = [];
    const note = (line: string) => lines.push(line);
    try {
      await new ModelCheckService(config, answerer, connections, openAi).report({ log: note, warn: note });
    } finally {
      await connections.onApplicationShutdown();
      await server.stop();
    }
    // It does not know the model, but it is there.
    expect(noted).toEqual([targets[0]]);
    expect(lines).toHaveLength(2);
  });
});
