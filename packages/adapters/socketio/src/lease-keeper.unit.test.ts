import { AdapterFailure } from '@sealpost/domain';
import { aDeviceRef, many } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { LeaseKeeper } from './lease-keeper.ts';
import type { TransportRecord } from './transport-record.ts';

/** Leases whose calls end when the test says so. */
function heldLeases() {
  const calls: string[] = [];
  const held: { readonly done: () => void; readonly fail: (fault: unknown) => void }[] = [];
  const call =
    (lease: string) =>
    ({ device }: { device: string }) => {
      calls.push(`${lease} ${device}`);
      return new Promise<boolean>((resolve, reject) =>
        held.push({ done: () => resolve(true), fail: reject }),
      );
    };
  return { calls, held, presence: { renew: call('renew'), end: call('end') } };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LeaseKeeper', () => {
  it('does what was wished last for a device, once', async () => {
    const { calls, held, presence } = heldLeases();
    const keeper = new LeaseKeeper(presence, () => undefined);
    const device = aDeviceRef();
    keeper.renew(device);
    keeper.end(device);
    const flushed = keeper.flush();
    held[0]?.done();
    await flushed;
    expect(calls).toEqual([`end ${device.device}`]);
  });

  it('never has two calls for a device on their way', async () => {
    const { calls, held, presence } = heldLeases();
    const keeper = new LeaseKeeper(presence, () => undefined);
    const device = aDeviceRef();
    keeper.renew(device);
    const first = keeper.flush();
    keeper.end(device);
    const second = keeper.flush();
    await turn();
    expect(calls).toEqual([`renew ${device.device}`]);
    held[0]?.done();
    await turn();
    expect(calls).toEqual([`renew ${device.device}`, `end ${device.device}`]);
    held[1]?.done();
    await Promise.all([first, second]);
  });

  it('asks for a bounded number at once', async () => {
    const { calls, held, presence } = heldLeases();
    const keeper = new LeaseKeeper(presence, () => undefined);
    for (const device of many(40, () => aDeviceRef())) keeper.renew(device);
    let done = false;
    void keeper.flush().then(() => (done = true));
    await turn();
    expect(calls).toHaveLength(16);
    while (!done) {
      for (const { done: end } of held.splice(0)) end();
      await turn();
    }
    expect(calls).toHaveLength(40);
  });

  it('logs a fault once, leaves the others of that round, and goes on with the next', async () => {
    const { calls, held, presence } = heldLeases();
    const records: TransportRecord[] = [];
    const keeper = new LeaseKeeper(presence, (record) => void records.push(record));
    for (const device of many(40, () => aDeviceRef())) keeper.renew(device);
    const failed = keeper.flush();
    const fault = new AdapterFailure({
      adapter: 'test',
      operation: 'renew',
      retryable: true,
      detail: 'down',
    });
    for (const { fail } of held.splice(0)) fail(fault);
    await failed;
    expect(calls).toHaveLength(16);
    expect(records).toEqual([
      {
        level: 'warn',
        event: 'fault',
        during: 'presence',
        adapter: 'test',
        operation: 'renew',
        detail: 'down',
      },
    ]);
    keeper.renew(aDeviceRef());
    const next = keeper.flush();
    held[0]?.done();
    await next;
    expect(calls).toHaveLength(17);
  });
});
