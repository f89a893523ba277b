import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type EngineSocket, gather } from './engine-socket.ts';

/** As much of Engine.IO as there is to gathering: `flush` gives the list away and goes on with another one. */
function aConnection({ takes }: { takes: boolean }) {
  const given: object[] = [];
  const conn = {
    writeBuffer: [] as object[],
    transport: { writable: true, socket: { _socket: null } },
    flush() {
      if (!takes) return;
      given.push(...this.writeBuffer);
      this.writeBuffer = [];
    },
  };
  return { conn, given, socket: conn as unknown as EngineSocket };
}

describe('gathering', () => {
  it('gives away what was written in a turn, and keeps nothing of it in the list that it waited in', async () => {
    const { conn, given, socket } = aConnection({ takes: true });
    const list = conn.writeBuffer;
    gather(socket);
    expect(conn.transport.writable).toBe(false);
    list.push({ data: 'a' }, { data: 'b' });
    await setImmediate();
    expect(given).toEqual([{ data: 'a' }, { data: 'b' }]);
    expect(list).toEqual([]);
  });

  it('keeps what Engine.IO has not given away', async () => {
    const { conn, socket } = aConnection({ takes: false });
    gather(socket);
    conn.writeBuffer.push({ data: 'a' });
    await setImmediate();
    expect(conn.writeBuffer).toEqual([{ data: 'a' }]);
  });
});
