import { randomBytes } from 'node:crypto';
import {
  type ClientPayload,
  protocolVersion,
  type ServerPayload,
  socketParser,
} from '@sealpost/protocol';
import { type Dialect, isOverload } from './dialect.ts';

/** As long as the UUIDs that the SDK sends, and like them in order of time. */
const run = `${Date.now().toString(16).padStart(12, '0')}-${randomBytes(5).toString('hex')}`;
const clientIdOf = (number: number): string => `${run}-${number.toString(16).padStart(12, '0')}`;

interface Answer {
  readonly ok: boolean;
  readonly error?: unknown;
}

const refusalIn = (answer: unknown): string | null => {
  const { ok, error } = answer as Answer;
  return ok ? null : JSON.stringify(error);
};

/** The product: what the SDK sends, around bodies that no device could open. */
export const sealpostDialect: Dialect = {
  parser: socketParser,
  auth: (accessToken) => ({ protocol: protocolVersion.highest, accessToken, suites: [] }),
  readyEvent: 'caught_up',
  enter: () => Promise.resolve(),
  send: (client, { room, number, body }, answered) => {
    const payload: ClientPayload<'send'> = {
      conversation: room,
      class: 'loud',
      clientId: clientIdOf(number),
      after: null,
      generation: 1,
      epoch: 1,
      blobs: [],
      parts: [{ audience: 'all', bytes: body }],
      skipEcho: true,
    };
    client.emit('send', [payload], (answer) => answered(refusalIn(answer)));
  },
  received: (client, event, payload) => {
    if (event !== 'entries') return;
    const { conversation, incarnation, entries } = payload as ServerPayload<'entries'>;
    const delivered = entries.at(-1)?.seq ?? 0;
    const cursors = [{ conversation, incarnation, delivered }];
    client.emit('cursors', [{ cursors }], (answer) => {
      const refusal = refusalIn(answer);
      // The next ones say it again.
      if (refusal !== null && !isOverload(refusal))
        throw new Error(`cursors were refused: ${refusal}`);
    });
  },
};
