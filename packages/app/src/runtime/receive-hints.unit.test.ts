import type { FanOut, Notice, Stock } from '@sealpost/domain';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { settled } from '../../test/support/fake-timers.ts';
import { ReceiveHints } from './receive-hints.ts';

const stockOf = (suite: string): Stock => ({
  suite,
  oneTime: 3,
  lastResort: 'fresh',
  directoryEpoch: 1,
});
const connections = {
  accounts: vi.fn(() => []),
  has: vi.fn((account: string) => account.startsWith('here')),
  pushEntries: vi.fn(),
  pushReceipts: vi.fn(),
  pushEphemeral: vi.fn(),
  pushStock: vi.fn(),
  pushDevicesChanged: vi.fn(),
  closeSessions: vi.fn(),
};
const deliverEntries = { hint: vi.fn(), sweep: vi.fn(() => Promise.resolve()) };
const revokedSessions = { note: vi.fn() };
const readReceipts = { announce: vi.fn(() => Promise.resolve()) };
const checkBundles = {
  stock: vi.fn((_device: object, suite: string) => Promise.resolve(stockOf(suite))),
};
const failed = vi.fn();

type Listener = Parameters<FanOut['subscribe']>[0];
let listener: Listener | null;
const fanOut: FanOut = {
  publish: () => undefined,
  announce: () => undefined,
  subscribe: async (given) => {
    listener = given;
    return async () => {
      listener = null;
    };
  },
};
const hints = new ReceiveHints({
  fanOut,
  connections,
  suitesOf: ({ device }) => (device === 'connected' ? ['mls-1', 'mls-2'] : []),
  deliverEntries,
  revokedSessions,
  readReceipts,
  checkBundles,
  failed,
});

async function told(notice: Notice): Promise<void> {
  listener?.notice(notice);
  await settled();
}

beforeEach(async () => {
  vi.clearAllMocks();
  await hints.start();
});

describe('ReceiveHints', () => {
  it('passes entries on to delivery, and has it look for itself after a break', () => {
    const hint = { conversation: 'c', from: 1, to: 1, version: 1, entries: null };
    listener?.hint(hint);
    expect(deliverEntries.hint).toHaveBeenCalledWith(hint);
    listener?.onBreak();
    expect(deliverEntries.sweep).toHaveBeenCalledOnce();
  });

  it('notes revoked sessions (G6)', async () => {
    await told({ kind: 'sessions_revoked', sessions: ['s'] });
    expect(revokedSessions.note).toHaveBeenCalledWith(['s']);
  });

  it('announces receipts', async () => {
    await told({ kind: 'cursors_moved', conversation: 'c', account: 'a' });
    expect(readReceipts.announce).toHaveBeenCalledWith('c', 'a');
  });

  it('tells a connected device its stock as it is now, for the suites that it named (G12)', async () => {
    await told({ kind: 'stock_changed', account: 'a', device: 'connected' });
    expect(connections.pushStock.mock.calls.map(([, stock]: unknown[]) => stock)).toEqual([
      stockOf('mls-1'),
      stockOf('mls-2'),
    ]);
  });

  it('reads no stock of a device that is not connected here', async () => {
    await told({ kind: 'stock_changed', account: 'a', device: 'elsewhere' });
    expect(checkBundles.stock).not.toHaveBeenCalled();
  });

  it('tells an account that its devices changed', async () => {
    await told({ kind: 'devices_changed', account: 'a' });
    expect(connections.pushDevicesChanged).toHaveBeenCalledWith('a');
  });

  it('passes what is ephemeral on to members that are connected here', async () => {
    const event = {
      kind: 'typing',
      account: 'here-1',
      device: 'd',
      payload: new Uint8Array(),
    } as const;
    await told({
      kind: 'ephemeral',
      conversation: 'c',
      to: ['here-1', 'elsewhere', 'here-2'],
      event,
    });
    expect(connections.pushEphemeral).toHaveBeenCalledWith('c', event, ['here-1', 'here-2']);
  });

  it('goes on after a fault, and tells it', async () => {
    readReceipts.announce.mockRejectedValueOnce(new Error('down'));
    await told({ kind: 'cursors_moved', conversation: 'c', account: 'a' });
    expect(failed).toHaveBeenCalledOnce();
    await told({ kind: 'devices_changed', account: 'a' });
    expect(connections.pushDevicesChanged).toHaveBeenCalledOnce();
  });

  it('hears nothing more once it is stopped', async () => {
    await hints.stop();
    expect(listener).toBeNull();
  });
});
