import { MemoryPresenceLeases } from '@sealpost/adapter-memory';
import { aDeviceRef, aFault, many, RecordedFanOut, TestTime, turn } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { DeviceRef } from '../shared/ids.ts';
import { HoldConnections, type HoldConnectionsPorts } from './hold-connections.ts';
import type { LeaseTurn, PresenceLeases } from './presence-leases.port.ts';

const leaseMs = 30_000;

/** The store, which can fail, and be slow, and tells what it was given. */
class Leases implements PresenceLeases {
  readonly turns: LeaseTurn[] = [];
  readonly #time: TestTime;
  #store: PresenceLeases;
  fault: Error | null = null;
  /** Thrown after the store did what it was told. */
  lost: Error | null = null;
  held: Promise<void> = Promise.resolve();

  constructor(time: TestTime) {
    this.#time = time;
    this.#store = new MemoryPresenceLeases(time);
  }

  forget(): void {
    this.#store = new MemoryPresenceLeases(this.#time);
  }

  async hold(process: string, given: LeaseTurn) {
    this.turns.push(given);
    await this.held;
    if (this.fault) throw this.fault;
    const answer = await this.#store.hold(process, given);
    if (this.lost) throw this.lost;
    return answer;
  }

  online(accounts: readonly string[]) {
    return this.#store.online(accounts);
  }
}

function aDeployment(options: Pick<HoldConnectionsPorts, 'pause'> = {}) {
  const time = new TestTime();
  const leases = new Leases(time);
  const fanOut = new RecordedFanOut();
  const aProcess = (process: string) => {
    const closed: DeviceRef[] = [];
    const faults: unknown[] = [];
    const holding = new HoldConnections({
      ...{ leases, fanOut, process, clock: time, timers: time, leaseMs, ...options },
      connections: { closeSuperseded: (device) => void closed.push(device) },
      failed: (fault) => void faults.push(fault),
    });
    holding.start();
    return { closed, faults, holding };
  };
  const isOnline = async ({ account }: DeviceRef) => (await leases.online([account])).length > 0;
  return { time, leases, fanOut, aProcess, isOnline };
}

describe('HoldConnections', () => {
  it('tells at once what opens and ends, and together what comes meanwhile', async () => {
    const { leases, aProcess, isOnline } = aDeployment();
    const { holding } = aProcess('here');
    const { promise, resolve } = Promise.withResolvers<void>();
    leases.held = promise;
    const devices = many(50, () => aDeviceRef());
    const serials = devices.map((device) => holding.opened(device));
    expect(leases.turns.map(({ opened }) => opened.length)).toEqual([1]);
    const [first, last] = [devices[0] ?? aDeviceRef(), devices[49] ?? aDeviceRef()];
    holding.ended(last, serials[49] ?? 0);
    resolve();
    await holding.flush();
    expect(leases.turns.map(({ opened, ended }) => [opened.length, ended.length])).toEqual([
      [1, 0],
      [48, 1],
    ]);
    expect([await isOnline(first), await isOnline(last)]).toEqual([true, false]);
  });

  it('tells together what happens in the pause after it told something', async () => {
    const { promise: pause, resolve } = Promise.withResolvers<void>();
    const { leases, aProcess } = aDeployment({ pause: () => pause });
    const { holding } = aProcess('here');
    holding.opened(aDeviceRef());
    await turn();
    const [device, other] = [aDeviceRef(), aDeviceRef()];
    const serial = holding.opened(device);
    await turn();
    holding.opened(other);
    holding.ended(device, serial);
    await turn();
    expect(leases.turns).toHaveLength(1);
    resolve();
    await turn();
    expect(leases.turns.map(({ opened, ended }) => [opened.length, ended.length])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('is told at once, pause or not, before a process ends', async () => {
    const { aProcess, isOnline } = aDeployment({ pause: () => new Promise(() => undefined) });
    const { holding } = aProcess('here');
    const device = aDeviceRef();
    const serial = holding.opened(device);
    await turn();
    expect(await isOnline(device)).toBe(true);
    holding.ended(device, serial);
    await holding.flush();
    expect(await isOnline(device)).toBe(false);
  });

  it('renews one lease for all, however many, while anybody is here', async () => {
    const { time, leases, aProcess, isOnline } = aDeployment();
    const { holding } = aProcess('here');
    const device = aDeviceRef();
    const serial = holding.opened(device);
    await holding.flush();
    for (let passed = 0; passed < 4 * leaseMs; passed += leaseMs / 3) {
      await time.advance(leaseMs / 3);
      await turn();
      expect(await isOnline(device)).toBe(true);
    }
    expect(leases.turns).toHaveLength(1 + 12);
    expect(leases.turns.slice(1).every(({ opened }) => opened.length === 0)).toBe(true);
    holding.ended(device, serial);
    await holding.flush();
    await time.advance(leaseMs);
    expect(leases.turns).toHaveLength(14);
  });

  it('closes the older connection of a device that connects elsewhere, when it hears of it', async () => {
    const { time, fanOut, aProcess } = aDeployment();
    const [here, there] = [aProcess('here'), aProcess('there')];
    const device = aDeviceRef();
    const serial = here.holding.opened(device);
    await here.holding.flush();
    await time.advance(1_000);
    there.holding.opened(device);
    await there.holding.flush();
    expect(fanOut.notices).toEqual([{ kind: 'superseded', processes: ['here'] }]);
    there.holding.superseded(['here']);
    here.holding.superseded(['here']);
    await here.holding.flush();
    expect(here.closed).toMatchObject([device]);
    here.holding.ended(device, serial);
    await here.holding.flush();
    expect([here.closed.length, there.closed.length]).toEqual([1, 0]);
  });

  it('closes it also when nobody tells, with the next renewal', async () => {
    const { time, aProcess } = aDeployment();
    const [here, there] = [aProcess('here'), aProcess('there')];
    const device = aDeviceRef();
    here.holding.opened(device);
    await here.holding.flush();
    await time.advance(1_000);
    there.holding.opened(device);
    await time.advance(leaseMs / 3);
    await turn();
    expect(here.closed).toMatchObject([device]);
  });

  it('does not take a device from another process by telling late of an older connection', async () => {
    const { time, leases, aProcess } = aDeployment();
    const [here, there] = [aProcess('here'), aProcess('there')];
    const device = aDeviceRef();
    leases.fault = aFault();
    here.holding.opened(device);
    await here.holding.flush();
    expect(here.faults).toEqual([leases.fault]);
    leases.fault = null;
    await time.advance(500);
    there.holding.opened(device);
    await there.holding.flush();
    await time.advance(500);
    await turn();
    expect([here.closed.length, there.closed.length]).toEqual([1, 0]);
  });

  it('does not close the connection that followed the one that gave way', async () => {
    const { time, aProcess } = aDeployment();
    const [here, there] = [aProcess('here'), aProcess('there')];
    const device = aDeviceRef();
    here.holding.opened(device);
    await here.holding.flush();
    await time.advance(1_000);
    there.holding.opened(device);
    await there.holding.flush();
    await time.advance(1_000);
    here.holding.opened(device);
    await here.holding.flush();
    there.holding.superseded(['there']);
    await there.holding.flush();
    expect([here.closed.length, there.closed.length]).toEqual([0, 1]);
  });

  it('holds a device that connected again when its earlier connection ends late', async () => {
    const { time, aProcess, isOnline } = aDeployment();
    const { holding } = aProcess('here');
    const device = aDeviceRef();
    const earlier = holding.opened(device);
    holding.opened(device);
    holding.ended(device, earlier);
    await holding.flush();
    expect(await isOnline(device)).toBe(true);
    await time.advance(leaseMs);
    await turn();
    expect(await isOnline(device)).toBe(true);
  });

  it('tells everything again to a store that forgot it', async () => {
    const { time, leases, aProcess, isOnline } = aDeployment();
    const { holding } = aProcess('here');
    const devices = many(3, () => aDeviceRef());
    for (const device of devices) holding.opened(device);
    await holding.flush();
    leases.fault = aFault();
    await time.advance(2 * leaseMs);
    expect(await isOnline(devices[0] ?? aDeviceRef())).toBe(false);
    leases.fault = null;
    await time.advance(1_000);
    await turn();
    for (const device of devices) expect(await isOnline(device)).toBe(true);
  });

  it('tells everything again when it may have been told that the store forgot, and did not hear', async () => {
    const { time, leases, aProcess, isOnline } = aDeployment();
    const { holding } = aProcess('here');
    const device = aDeviceRef();
    holding.opened(device);
    await holding.flush();
    leases.forget();
    leases.lost = aFault();
    await time.advance(leaseMs / 3);
    expect(await isOnline(device)).toBe(false);
    leases.lost = null;
    await time.advance(1_000);
    await turn();
    expect(await isOnline(device)).toBe(true);
  });

  it('tells what ended although the store failed, and leaves no timer when it stops', async () => {
    const { time, leases, aProcess, isOnline } = aDeployment();
    const { holding } = aProcess('here');
    const device = aDeviceRef();
    const serial = holding.opened(device);
    await holding.flush();
    leases.fault = aFault();
    holding.ended(device, serial);
    await holding.flush();
    leases.fault = null;
    await time.advance(1_000);
    await turn();
    expect(await isOnline(device)).toBe(false);
    await holding.stop();
    expect(time.armed).toBe(0);
  });
});
