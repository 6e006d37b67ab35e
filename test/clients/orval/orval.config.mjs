export default {
  chat: {
    input: './openapi.json',
    output: {
      target: './client/client.ts',
      client: 'fetch',
      // Read when a request is made, not when the client is generated.
      baseUrl: { runtime: 'url', imports: [{ name: 'url', importPath: '../report' }] },
    },
  },
};
