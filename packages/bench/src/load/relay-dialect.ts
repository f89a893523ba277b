import parser from 'socket.io-msgpack-parser';
import type { Dialect } from './dialect.ts';
import type { PacketParser } from './socket-client.ts';

/** The bare relay: no accounts, a room is entered by its name. */
export const relayDialect: Dialect = {
  parser: parser as unknown as PacketParser,
  auth: () => undefined,
  readyEvent: null,
  enter: async (client, room) => {
    await client.ask('enter', room);
  },
  send: (client, { room, body }, answered) => {
    client.emit('message', [room, body], () => answered(null));
  },
  received: () => undefined,
};
