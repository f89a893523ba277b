import { DeliveryLoops, MoveCursors, ReadLog, ReadReceipts } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { clock, connections, conversationLog, cursors, deliveryLoops, fanOut, incarnation } = TOKENS;
const { limits, log, meter, readReceipts, revokedSessions } = TOKENS;

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
      { conversationLog, cursors, fanOut, incarnation, deliveryLoops },
      (parts) =>
        new MoveCursors(
          parts.conversationLog,
          parts.cursors,
          parts.fanOut,
          parts.incarnation.current,
          parts.deliveryLoops,
        ),
    );
    bindFrom(
      bind,
      readReceipts,
      { log: conversationLog, cursors, connections, revokedSessions, limits },
      (parts) => new ReadReceipts(parts),
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
