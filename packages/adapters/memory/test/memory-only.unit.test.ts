import { MemoryFanOut, MemoryPresenceLeases, memoryStores } from '@sealpost/adapter-memory';
import { aConversationId, aFoundingAppend, anInstant, bytesOf } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';

describe('memory stores', () => {
  it('share nothing with other memory stores', async () => {
    const [one, other] = [memoryStores(), memoryStores()];
    const conversation = aConversationId();
    await one.log.append([aFoundingAppend({ conversation })]);
    expect(await other.log.load(conversation)).toBeNull();
    one.close();
    expect(await other.deployment.incarnation()).toBe(1);
  });

  it('keep of a view only its own bytes, not the larger buffer behind it', async () => {
    const { log } = memoryStores();
    const conversation = aConversationId();
    const bytes = bytesOf('what else was in the pool').subarray(0, 4);
    await log.append([aFoundingAppend({ conversation }, { parts: [{ audience: 'all', bytes }] })]);
    const page = await log.page(conversation, 0, { entries: 1, bytes: 1 });
    expect(page?.entries[0]?.parts[0]?.bytes.buffer.byteLength).toBe(4);
  });
});

describe('the fan-out in one process', () => {
  const listener = (heard: string[]) => ({
    hint: () => heard.push('hint'),
    notice: () => heard.push('notice'),
    onBreak: () => heard.push('break'),
  });

  it('runs no listener within the call that publishes', async () => {
    const fanOut = new MemoryFanOut();
    const heard: string[] = [];
    await fanOut.subscribe(listener(heard));
    fanOut.announce({ kind: 'devices_changed', account: 'some account' });
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual(['notice']);
  });

  it('tells a listener that subscribed twice twice, and once after one subscription ended', async () => {
    const fanOut = new MemoryFanOut();
    const heard: string[] = [];
    const same = listener(heard);
    const [end] = [await fanOut.subscribe(same), await fanOut.subscribe(same)];
    fanOut.announce({ kind: 'devices_changed', account: 'some account' });
    await Promise.resolve();
    expect(heard).toHaveLength(2);
    await end();
    fanOut.announce({ kind: 'devices_changed', account: 'some account' });
    await Promise.resolve();
    expect(heard).toHaveLength(3);
  });
});

describe('presence leases in memory', () => {
  it('need no stores', async () => {
    const presence = new MemoryPresenceLeases({ now: () => anInstant });
    expect(await presence.online(['account'])).toEqual([]);
  });
});
