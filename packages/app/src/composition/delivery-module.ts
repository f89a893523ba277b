import {
  type CachedLog,
  type ConversationIndex,
  type CursorStore,
  DeliverEntries,
  Discover,
  type FanOut,
  type Limits,
  MoveCursors,
  ReadReceipts,
  SharePresence,
} from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import type { Incarnation } from '../runtime/incarnation.ts';
import { ReceiveHints } from '../runtime/receive-hints.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const {
  checkBundles,
  clock,
  connections,
  conversationLog,
  cursors,
  fanOut,
  incarnation,
  index,
  limits,
  log,
} = TOKENS;
const { deliverEntries, meter, readReceipts, revokedSessions, timers } = TOKENS;

const discover = (
  rows: ConversationIndex,
  from: CachedLog,
  { current }: Incarnation,
  bounds: Limits,
): Discover => new Discover(rows, from, current, bounds);

const moveCursors = (
  from: CachedLog,
  stored: CursorStore,
  hints: FanOut,
  { current }: Incarnation,
): MoveCursors => new MoveCursors(from, stored, hints, current);

/** What reaches devices: pushes, cursors, receipts, presence. */
export const deliveryModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(TOKENS.discover).toResolvedValue(discover, [index, conversationLog, incarnation, limits]);
    bind(TOKENS.moveCursors).toResolvedValue(moveCursors, [
      conversationLog,
      cursors,
      fanOut,
      incarnation,
    ]);
    bind(readReceipts).toResolvedValue(
      (...parts: ConstructorParameters<typeof ReadReceipts>) => new ReadReceipts(...parts),
      [conversationLog, cursors, connections, limits],
    );
    bindFrom(
      bind,
      TOKENS.sharePresence,
      { leases: TOKENS.presence, accounts: TOKENS.accounts, log: conversationLog, fanOut, clock },
      (parts) => new SharePresence(parts),
    );
    bindFrom(
      bind,
      deliverEntries,
      { log: conversationLog, connections, clock, timers, meter, incarnation, told: log },
      ({ told, ...parts }) =>
        new DeliverEntries({
          ...parts,
          incarnation: parts.incarnation.current,
          failed: (fault) => told(faultRecord('delivery', fault)),
        }),
    );
    bindFrom(
      bind,
      TOKENS.receiveHints,
      { fanOut, connections, deliverEntries, revokedSessions, readReceipts, checkBundles, log },
      (parts) =>
        new ReceiveHints({
          ...parts,
          suitesOf: ({ account, device }) =>
            parts.connections.registry.find(account, device)?.suites ?? [],
          failed: (fault) => parts.log(faultRecord('hints', fault)),
        }),
    );
  });
