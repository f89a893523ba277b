import { type Adapter, AdapterFailure } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { stateOf } from './adapter-state.ts';

const adapterWhoseStepsAre = (due: () => Promise<readonly string[]>): Adapter => ({
  ports: {},
  preparation: { due, run: async () => undefined, atStart: false },
  everyValue: null,
  health: async () => [],
  stop: async () => undefined,
});

async function codesOf(due: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const adapter = adapterWhoseStepsAre(due);
  const { findings } = await stateOf({ name: 'one', families: [], adapter });
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

const failing = (detail: string) => () =>
  Promise.reject(
    new AdapterFailure({ adapter: 'one', operation: 'due', retryable: false, detail }),
  );

describe('the state of an adapter', () => {
  it('is well when nothing is due', async () => {
    expect(await codesOf(() => Promise.resolve([]))).toEqual([]);
  });

  it('tells of steps that are due', async () => {
    expect(await codesOf(() => Promise.resolve(['a step']))).toEqual(['error preparation_due']);
  });

  it('tells of a store that a newer release prepared', async () => {
    expect(await codesOf(failing('schema_is_newer'))).toEqual(['error preparation_newer']);
  });

  it('tells of an adapter that fails otherwise', async () => {
    expect(await codesOf(failing('anything'))).toEqual(['error adapter_failed']);
  });
});
