import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const source = '--conditions=@sealpost/source';

export default defineConfig({
  // Workspace packages are tested from their sources; child processes inherit the condition through NODE_OPTIONS.
  ssr: { resolve: { conditions: ['@sealpost/source', ...defaultServerConditions] } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    execArgv: [source],
    env: { NODE_OPTIONS: source },
    allowOnly: false,
    // Generous on purpose: a busy machine is no failure, and a hang is one soon enough.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // `npm test` counts from this report, never from the text.
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
  },
});
