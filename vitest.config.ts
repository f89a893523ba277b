import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const source = '--conditions=@sealpost/source';

export default defineConfig({
  // Workspace packages are tested from their sources; child processes inherit the condition through NODE_OPTIONS.
  ssr: { resolve: { conditions: ['@sealpost/source', ...defaultServerConditions] } },
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], execArgv: [source], env: { NODE_OPTIONS: source } },
});
