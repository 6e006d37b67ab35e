import express from 'express';
import { faultsOf } from '../../test/support/programs/configuration-faults.js';
import { environmentSchema, parseEnvironment } from './environment.js';

describe('parseEnvironment', () => {
  it('serves the built-in answerer on the embedded database when nothing is given', () => {
    expect(parseEnvironment({})).toEqual({
      http: {
        host: '127.0.0.1',
        port: 3000,
        corsOrigins: [],
        trustProxy: '',
        publicUrl: '',
        hstsMaxAgeS: 0,
        bodyLimitBytes: 1_048_576,
        swaggerUi: true,
        playground: true,
      },
      database: { kind: 'embedded', dataDir: './data', isDefault: true },
      auth: { apiKeys: [] },
      llm: {
        models: [],
        connectTimeoutMs: 3_000,
        firstTokenTimeoutMs: 120_000,
        idleTimeoutMs: 20_000,
        totalTimeoutMs: 300_000,
        maxRetries: 2,
        recoveryWaitMs: 60_000,
        firstRecoveryWaitMs: 0,
        maxInFlight: 4_000,
      },
      turn: {
        heartbeatIntervalMs: 10_000,
        statusWaitMs: 5_000,
        disconnectGraceMs: 60_000,
        conversationWaitMs: 10_000,
        repeatWindowMs: 3_000,
        drainTimeoutMs: 30_000,
        leaseMs: 30_000,
        breakMinChars: 600,
        breakAfterMs: 15_000,
      },
      clientSharePercent: 50,
      isProduction: false,
      logLevel: 'log',
    });
  });

  it('treats an empty variable as not set', () => {
    const empty = Object.fromEntries(Object.keys(environmentSchema.shape).map((name) => [name, ' ']));
    expect(parseEnvironment(empty)).toEqual(parseEnvironment({}));
  });

  it('drops white space around values', () => {
    const config = parseEnvironment({
      PORT: ' 8080 ',
      LLM_BASE_URL: 'http://models.example/v1\n',
      LLM_MODEL: 'qwen3 ',
      LLM_API_KEY: 'sk-1\n',
    });
    expect(config.http.port).toBe(8080);
    expect(config.llm.models[0]).toMatchObject({
      name: 'qwen3',
      targets: [{ baseUrl: 'http://models.example/v1', apiKey: 'sk-1' }],
    });
  });

  it('ignores variables that are not its own', () => {
    expect(parseEnvironment({ PATH: '/bin', LLM_UNKNOWN: 'x' })).toEqual(parseEnvironment({}));
  });

  it('chooses a PostgreSQL by its URL', () => {
    const database = { DATABASE_URL: 'postgres://u:p@db/chat', DATABASE_POOL_SIZE: '3' };
    expect(parseEnvironment(database).database).toMatchObject({
      kind: 'postgres',
      url: 'postgres://u:p@db/chat',
      poolSize: 3,
    });
  });

  it('reads lists, and the two states of a switch', () => {
    const { http } = parseEnvironment({
      CORS_ORIGINS: 'https://a.example, https://b.example,',
      SWAGGER_UI: 'off',
      PLAYGROUND: 'off',
    });
    expect(http.corsOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect([http.swaggerUi, http.playground]).toEqual([false, false]);
  });

  it('allows 0 where it means none', () => {
    const { turn } = parseEnvironment({
      DISCONNECT_GRACE_MS: '0',
      DRAIN_TIMEOUT_MS: '0',
      BREAK_MIN_CHARS: '0',
    });
    expect(turn).toMatchObject({ disconnectGraceMs: 0, drainTimeoutMs: 0, breakMinChars: 0 });
  });
});

describe('faults of the environment', () => {
  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['BODY_LIMIT_BYTES', '10'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['CORS_ORIGINS', 'https://a.example,b.example'],
    ['CORS_ORIGINS', 'https://a.example/app'],
    ['CORS_ORIGINS', 'https://A.example'],
    ['CORS_ORIGINS', 'https://a.example:443'],
    ['CORS_ORIGINS', 'https://*.example'],
    ['CORS_ORIGINS', '"https://a.example"'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '*'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', 'banana'],
    ['TRUST_PROXY', '10.0.0.1 10.0.0.2'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['PUBLIC_URL', '"https://a.example"'],
    ['DATABASE_URL', '"postgres://u:p@db/chat"'],
    ['SWAGGER_UI', 'yes'],
    ['LOG_LEVEL', 'info'],
    ['DATABASE_URL', 'mysql://db/chat'],
    ['DATABASE_URL', 'db:5432'],
    ['DATABASE', 'postgresql'],
    ['DATABASE_POOL_SIZE', '0'],
    ['API_KEYS', 'no-name'],
    ['API_KEYS', '=key'],
    ['API_KEYS', 'name='],
    ['API_KEYS', `a=${'same'.repeat(8)},b=${'same'.repeat(8)}`],
    ['API_KEYS', `a=${'k'.repeat(31)}`],
    ['LLM_CONTEXT_TOKENS', '1'],
    ['LLM_CONNECT_TIMEOUT_MS', '0'],
    ['LLM_FIRST_TOKEN_TIMEOUT_MS', '10s'],
    ['LLM_IDLE_TIMEOUT_MS', '-5'],
    ['LLM_TOTAL_TIMEOUT_MS', '86400001'],
    ['LLM_MAX_RETRIES', '11'],
    ['LLM_MAX_IN_FLIGHT', '0'],
    ['CLIENT_SHARE_PERCENT', '0'],
    ['CLIENT_SHARE_PERCENT', '101'],
    ['LLM_CONTINUATION', 'retry'],
    ['LLM_PREFILL_FLAGS', 'ollama'],
    ['HEARTBEAT_INTERVAL_MS', '0'],
    ['TURN_LEASE_MS', '999'],
    ['BREAK_AFTER_MS', '0'],
  ])('names %s when it is %s', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: .+`));
  });

  it.each(['2', 'loopback', 'loopback, 10.0.0.0/8', 'fd00::/8,::1', '10.0.0.0/255.0.0.0', 'uniquelocal'])(
    'takes the proxies %s, as Express does',
    (value) => {
      expect(parseEnvironment({ TRUST_PROXY: value }).http.trustProxy).toBe(value);
      const trust = /^\d+$/.test(value) ? Number(value) : value;
      expect(() => express().set('trust proxy', trust)).not.toThrow();
    },
  );

  it.each(['*', 'http://localhost:5173', 'https://[::1]:8443', 'capacitor://localhost'])(
    'takes the origin %s',
    (value) => {
      expect(parseEnvironment({ CORS_ORIGINS: value }).http.corsOrigins).toEqual([value]);
    },
  );

  it('says of a URL in quotes that it must have none', () => {
    const faults = faultsOf({
      DATABASE_URL: '"postgres://u:p@db/chat"',
      LLM_BASE_URL: "'http://m/v1'",
      LLM_MODEL: 'm',
    });
    expect(faults).toHaveLength(2);
    for (const fault of faults) expect(fault).toMatch(/without quotes/);
  });

  it('reports all of them together', () => {
    const faults = faultsOf({ PORT: 'x', LOG_LEVEL: 'x', LLM_BASE_URL: 'ftp://x', API_KEYS: 'x' });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(
      expect.arrayContaining(['PORT', 'LOG_LEVEL', 'LLM_BASE_URL', 'API_KEYS', 'LLM_MODEL']),
    );
  });

  it('repeats no value', () => {
    const secret = 'hunter2-secret';
    const names = Object.keys(environmentSchema.shape);
    const faults = faultsOf(Object.fromEntries(names.map((name) => [name, `=${secret}\u0007`])));
    expect(faults.length).toBeGreaterThan(15);
    expect(faults.join('\n')).not.toContain(secret);
  });
});

describe('API_KEYS', () => {
  const LONG = 'k'.repeat(32);

  it('splits each entry at its first =', () => {
    const [one, other] = [`k=1==${LONG}`, LONG];
    expect(parseEnvironment({ API_KEYS: `team a=${one}, b = ${other}` }).auth.apiKeys).toEqual([
      { clientName: 'team a', key: one },
      { clientName: 'b', key: other },
    ]);
  });

  it('lets a client have two keys, to change from one to the other', () => {
    expect(parseEnvironment({ API_KEYS: `a=1${LONG},a=2${LONG}` }).auth.apiKeys).toHaveLength(2);
  });

  it.each([
    ['a semicolon', `a=${LONG};b=${LONG}`],
    ['a space', `a=${LONG} b=${LONG}`],
    ['a tab', `a=${LONG}\tb=${LONG}`],
    ['quotes', `a="${LONG}"`],
    ['a control character', `a=${LONG}\u0007`],
  ])('are refused with %s in a key, by the place', (_, value) => {
    expect(faultsOf({ API_KEYS: `first=${'f'.repeat(32)},${value}` })).toEqual([
      'API_KEYS: entry 2 has a key with white space, quotes, a semicolon or a control character: ' +
        'separate entries by commas, without quotes',
    ]);
  });

  it('are refused when they are short, by their place and never by their value', () => {
    expect(faultsOf({ API_KEYS: `a=${LONG},b=hunter2canary` })).toEqual([
      'API_KEYS: entry 2 has a key of fewer than 32 characters: make one with "openssl rand -hex 32"',
    ]);
  });
});
