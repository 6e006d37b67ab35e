import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/programs/free-port.js';
import { MODEL } from './asking.js';
import { Program } from './program.js';
import { PythonEnvironment } from './python.js';
import type { Fault, RealServer, RunningServer } from './real-server.js';
import { Upstream } from './upstream.js';

const PACKAGES = new PythonEnvironment('litellm');

/** LiteLLM's proxy, as a gateway in front of a model server of ours. */
export const liteLlm: RealServer = {
  name: 'LiteLLM',
  version: PACKAGES.versionOf('litellm'),
  install: () => PACKAGES.install(),
  start,
};

async function start(folder: string): Promise<RunningServer> {
  const upstream = await Upstream.start();
  const port = await freePort();
  // It does not start with a key that is known.
  const key = `sk-${randomBytes(24).toString('hex')}`;
  const configuration = join(folder, 'litellm.json');
  const params = { model: `openai/${MODEL}`, api_base: upstream.baseUrl, api_key: 'none' };
  await writeFile(
    configuration,
    JSON.stringify({ model_list: [{ model_name: MODEL, litellm_params: params }] }),
  );
  const proxy = new Program({
    name: 'the proxy',
    command: PACKAGES.python,
    args: [
      '-c',
      'from litellm import run_server; run_server()',
      ...['--config', configuration, '--host', '127.0.0.1', '--port', String(port)],
    ],
    // Else it fetches its list of prices.
    env: { LITELLM_MASTER_KEY: key, LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    folder,
    readyUrl: `http://127.0.0.1:${port}/health/readiness`,
  });
  await proxy.start();
  return {
    environment: { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_API_KEY: key, LLM_MODEL: MODEL },
    text: upstream.text,
    faults: ['error', 'cut', 'too long'],
    plan: (fault: Fault) => Promise.resolve(upstream.plan(fault)),
    countAnswers: () => Promise.resolve(upstream.answers),
    front: proxy,
    behind: upstream,
    stop: async () => {
      await proxy.kill();
      await upstream.stop();
    },
  };
}
