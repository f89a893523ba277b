import { describe, expect, it, vi } from 'vitest';
import { AdapterFailure } from './adapter-failure.ts';

const fault = { adapter: 'hub', operation: 'publish', retryable: true, detail: 'ECONNRESET' };

describe('AdapterFailure', () => {
  it('is told from what else is thrown', () => {
    expect(new AdapterFailure(fault)).toBeInstanceOf(AdapterFailure);
    for (const other of [new Error('x'), { ...fault }, null, 'x', undefined])
      expect(other instanceof AdapterFailure).toBe(false);
  });

  it('is one also when another copy of this package made it', async () => {
    vi.resetModules();
    const { AdapterFailure: Copied } = await import('./adapter-failure.ts');
    expect(Copied).not.toBe(AdapterFailure);
    expect(new Copied(fault)).toBeInstanceOf(AdapterFailure);
    expect(new AdapterFailure(fault)).toBeInstanceOf(Copied);
  });
});
