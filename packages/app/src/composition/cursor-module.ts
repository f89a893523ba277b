import { DeliveryLoops, MoveCursors, ReadLog, pausing, ReadReceipts } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { clock, connections, conversationLog, cursors, deliveryLoops, fanOut, incarnation } = TOKENS;
const { limits, log, meter, readReceipts, revokedSessions, timers } = TOKENS;

/**
 * Devices tell once a second how far they got; nobody sees whether it is stored, or told to others, so much later. With
 * 100 devices at 500 messages a second there are 20 statements a second for it, where there were 400 without rounds.
 */
const cursorRoundsMs = 200;

/** What devices read, how far they have got, and what becomes of that. */
export const cursorModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      deliveryLoops,
      { clock, meter, log },
      (parts) =>
        new DeliveryLoops({
          ...parts,
          found: ({ offers }) => parts.log({ level: 'warn', event: 'delivery_loop', offers }),
        }),
    );
    bindFrom(
      bind,
      TOKENS.moveCursors,
      { conversationLog, cursors, fanOut, incarnation, deliveryLoops, timers },
      (parts) =>
        new MoveCursors(
          parts.conversationLog,
          parts.cursors,
          parts.fanOut,
          parts.incarnation.current,
          { offers: parts.deliveryLoops, pause: pausing(parts.timers, cursorRoundsMs) },
        ),
    );
    bindFrom(
      bind,
      readReceipts,
      { log: conversationLog, cursors, connections, revokedSessions, limits, timers },
      (parts) => new ReadReceipts({ ...parts, pause: pausing(parts.timers, cursorRoundsMs) }),
    );
    bindFrom(
      bind,
      TOKENS.readLog,
      { conversationLog, incarnation, limits, deliveryLoops },
      (parts) =>
        new ReadLog(
          parts.conversationLog,
          parts.incarnation.current,
          parts.limits,
          parts.deliveryLoops,
        ),
    );
  });
