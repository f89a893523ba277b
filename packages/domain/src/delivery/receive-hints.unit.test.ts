import type { FanOut, Notice } from '../log/fan-out.port.ts';
import type { Stock } from '../keys/key-directory.port.ts';
import type { Suite } from '../shared/ids.ts';
import type { Connections } from './connections.port.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { turn } from '@sealpost/testing';
import { ReceiveHints } from './receive-hints.ts';

/** What the hints led to: the name of each call, with its arguments. */
let calls: unknown[][];
const told =
  <Args extends unknown[]>(name: string) =>
  (...args: Args): void =>
    void calls.push([name, ...args]);

const stockOf = (suite: Suite): Stock => ({
  suite,
  oneTime: 3,
  lastResort: 'fresh',
  directoryEpoch: 1,
});

const connections: Connections = {
  accounts: () => [],
  has: (account) => account.startsWith('here'),
  pushEntries: told('pushEntries'),
  pushReceipts: told('pushReceipts'),
  pushEphemeral: told('pushEphemeral'),
  pushStock: told('pushStock'),
  pushDevicesChanged: told('pushDevicesChanged'),
  closeSessions: told('closeSessions'),
  closeSuperseded: told('closeSuperseded'),
};

class OneListener implements FanOut {
  listener: Parameters<FanOut['subscribe']>[0] | null = null;

  publish(): void {}

  announce(): void {}

  async subscribe(listener: Parameters<FanOut['subscribe']>[0]): Promise<() => Promise<void>> {
    this.listener = listener;
    return async () => {
      this.listener = null;
    };
  }
}

let fanOut: OneListener;
let hints: ReceiveHints;
let announce: () => Promise<void>;
let ensureCurrent: () => Promise<void>;

beforeEach(async () => {
  calls = [];
  announce = () => Promise.resolve();
  ensureCurrent = () => Promise.resolve();
  fanOut = new OneListener();
  hints = new ReceiveHints({
    fanOut,
    connections,
    devices: () => [{ account: 'here', device: 'connected' }],
    checkIncarnation: told('checkIncarnation'),
    suitesOf: ({ device }) => (device === 'connected' ? ['mls-1', 'mls-2'] : []),
    deliverEntries: { hint: told('hint'), sweep: async () => told('sweep')() },
    holdConnections: { superseded: told('superseded') },
    revokedSessions: { note: told('note'), ensureCurrent: () => ensureCurrent() },
    readReceipts: {
      announce: (...of) => {
        told('announce')(...of);
        return announce();
      },
    },
    checkBundles: { stock: async (_, suite) => stockOf(suite) },
    failed: told('failed'),
  });
  await hints.start();
});

async function callsAfter(notice: Notice): Promise<unknown[][]> {
  fanOut.listener?.notice(notice);
  await turn();
  return calls;
}

describe('ReceiveHints', () => {
  it('passes entries on to delivery', () => {
    const hint = { conversation: 'c', from: 1, to: 1, version: 1, entries: null };
    fanOut.listener?.hint(hint);
    expect(calls).toEqual([['hint', hint]]);
  });

  it('looks for itself after a break: logs, the incarnation, and what devices here have to know', async () => {
    fanOut.listener?.onBreak();
    await turn();
    expect(calls).toEqual([
      ['checkIncarnation'],
      ['sweep'],
      ['pushDevicesChanged', 'here'],
      ['pushStock', { account: 'here', device: 'connected' }, stockOf('mls-1')],
      ['pushStock', { account: 'here', device: 'connected' }, stockOf('mls-2')],
    ]);
  });

  it('has this process look for connections that were taken over', async () => {
    const notice: Notice = { kind: 'superseded', processes: ['one'] };
    expect(await callsAfter(notice)).toEqual([['superseded', ['one']]]);
  });

  it('notes revoked sessions (G6)', async () => {
    expect(await callsAfter({ kind: 'sessions_revoked', sessions: ['s'] })).toEqual([
      ['note', ['s']],
    ]);
  });

  it('announces receipts', async () => {
    const notice: Notice = { kind: 'cursors_moved', conversation: 'c', account: 'a' };
    expect(await callsAfter(notice)).toEqual([['announce', 'c', 'a']]);
  });

  it('tells a connected device its stock as it is now, for the suites that it named (G12)', async () => {
    const notice: Notice = { kind: 'stock_changed', account: 'a', device: 'connected' };
    expect(await callsAfter(notice)).toEqual([
      ['pushStock', notice, stockOf('mls-1')],
      ['pushStock', notice, stockOf('mls-2')],
    ]);
  });

  it('tells nothing of the stock of a device that is not connected here', async () => {
    expect(await callsAfter({ kind: 'stock_changed', account: 'a', device: 'elsewhere' })).toEqual(
      [],
    );
  });

  it('tells an account that its devices changed', async () => {
    const notice: Notice = { kind: 'devices_changed', account: 'a' };
    expect(await callsAfter(notice)).toEqual([['pushDevicesChanged', 'a']]);
  });

  it('passes what is ephemeral on to members that are connected here', async () => {
    const event = {
      kind: 'typing',
      account: 'here-1',
      device: 'd',
      payload: new Uint8Array(),
    } as const;
    const notice: Notice = {
      kind: 'ephemeral',
      conversation: 'c',
      to: ['here-1', 'elsewhere', 'here-2'],
      event,
    };
    expect(await callsAfter(notice)).toEqual([['pushEphemeral', 'c', event, ['here-1', 'here-2']]]);
  });

  it('goes on after a fault, and tells it', async () => {
    const fault = new Error('down');
    announce = () => Promise.reject(fault);
    await callsAfter({ kind: 'cursors_moved', conversation: 'c', account: 'a' });
    await callsAfter({ kind: 'devices_changed', account: 'a' });
    expect(calls).toEqual([
      ['announce', 'c', 'a'],
      ['failed', fault],
      ['pushDevicesChanged', 'a'],
    ]);
  });

  it('pushes nothing before it knows whose sessions were revoked (G6)', async () => {
    const known = Promise.withResolvers<void>();
    ensureCurrent = () => known.promise;
    const event = { kind: 'typing', account: 'a', device: 'd', payload: new Uint8Array() } as const;
    await callsAfter({ kind: 'devices_changed', account: 'a' });
    await callsAfter({ kind: 'stock_changed', account: 'a', device: 'connected' });
    await callsAfter({ kind: 'ephemeral', conversation: 'c', to: ['here-1'], event });
    expect(calls).toEqual([]);
    known.resolve();
    await turn();
    expect(new Set(calls.map(([name]) => name))).toEqual(
      new Set(['pushDevicesChanged', 'pushEphemeral', 'pushStock']),
    );
  });

  it('hears nothing more once it is stopped', async () => {
    await hints.stop();
    expect(fanOut.listener).toBeNull();
  });
});
