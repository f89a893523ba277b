import { cryptoEngineContract, Lab } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { plaintextEngine } from './plaintext-engine.ts';
import { PLAINTEXT_SUITE } from './suite.ts';

const engine = () => plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });

cryptoEngineContract({ name: 'plaintext', engine, scenarios: 100 });

describe('the plaintext engine', () => {
  it('is not had by accident, and is known by its suite', () => {
    const told = { iUnderstandThatNothingIsEncrypted: false } as unknown as {
      iUnderstandThatNothingIsEncrypted: true;
    };
    expect(() => plaintextEngine(told)).toThrow('for tests only');
    expect(engine().suite).toBe(PLAINTEXT_SUITE);
  });

  it('makes the same of the same, whenever it runs', async () => {
    const play = async () => {
      const lab = new Lab(engine);
      const [alice, bob] = await lab.devices('alice', 'bob');
      const wanted = { oneTime: 2, lastResort: true, nowMs: 1_700_000_000_000 };
      const made = await bob.run((its, records) => its.publishBundles(records, wanted));
      const head = { conversation: 'c', generation: 1, epoch: 1, clientId: 'id' };
      const found = { ...head, peers: made.slice(0, 1), profile: null };
      const staged = await alice.run((its, records) => its.found(records, found));
      return { staged, records: [alice.copy(), bob.copy()] };
    };
    expect(await play()).toEqual(await play());
  });
});
