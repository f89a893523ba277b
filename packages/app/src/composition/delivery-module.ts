import {
  DeliverEntries,
  Discover,
  HoldConnections,
  pausing,
  ReceiveHints,
  SharePresence,
} from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const {
  accounts,
  checkBundles,
  clock,
  connections,
  conversationLog,
  fanOut,
  incarnation,
  index,
  limits,
  log,
} = TOKENS;
const { deliverEntries, holdConnections, meter, presence, random, readReceipts } = TOKENS;
const { revokedSessions, timers } = TOKENS;

/**
 * Whom a device's presence concerns sees it so much later at most. With 600 connections let in a second there are 20
 * statements a second for it, where there were 260.
 */
const presenceRoundsMs = 50;

/** What reaches devices: pushes, hints, presence. */
export const deliveryModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      TOKENS.discover,
      { index, conversationLog, incarnation, limits },
      (parts) =>
        new Discover(parts.index, parts.conversationLog, parts.incarnation.current, parts.limits),
    );
    bindFrom(
      bind,
      TOKENS.sharePresence,
      { leases: presence, accounts, log: conversationLog, fanOut, clock },
      (parts) => new SharePresence(parts),
    );
    bindFrom(bind, TOKENS.process, { random }, (parts) => parts.random.id());
    const held = { leases: presence, connections, fanOut, clock, timers };
    bindFrom(
      bind,
      holdConnections,
      { ...held, process: TOKENS.process, config: TOKENS.config, log },
      ({ config, log: told, ...parts }) =>
        new HoldConnections({
          ...parts,
          leaseMs: config.presence.leaseMs,
          pause: pausing(parts.timers, presenceRoundsMs),
          failed: (fault) => told(faultRecord('presence', fault)),
        }),
    );
    const pushes = { log: conversationLog, connections, revokedSessions, clock, timers, meter };
    bindFrom(
      bind,
      deliverEntries,
      { ...pushes, incarnation, told: log },
      ({ told, ...parts }) =>
        new DeliverEntries({
          ...parts,
          incarnation: parts.incarnation.current,
          failed: (fault) => told(faultRecord('delivery', fault)),
        }),
    );
    const heard = { deliverEntries, holdConnections, revokedSessions, readReceipts, checkBundles };
    bindFrom(
      bind,
      TOKENS.receiveHints,
      { ...heard, fanOut, connections, incarnationCare: TOKENS.incarnationCare, log },
      (parts) =>
        new ReceiveHints({
          ...parts,
          devices: () => [...parts.connections.registry.all()].map(({ ref }) => ref),
          checkIncarnation: () => parts.incarnationCare.wake(),
          suitesOf: ({ account, device }) =>
            parts.connections.registry.find(account, device)?.suites ?? [],
          failed: (fault) => parts.log(faultRecord('hints', fault)),
        }),
    );
  });
