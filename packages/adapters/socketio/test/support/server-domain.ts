import { randomBytes, randomUUID } from 'node:crypto';
import { MemoryFanOut, MemoryPresenceLeases, memoryStores } from '@sealpost/adapter-memory';
import {
  AppendEntry,
  CachedLog,
  CheckBundles,
  defaultLimits,
  DeliverEntries,
  Discover,
  GroupCommitLog,
  IdentifyCaller,
  type Limits,
  MoveCursors,
  type Notice,
  ReadReceipts,
  RevokedSessions,
  HoldConnections,
  SharePresence,
} from '@sealpost/domain';
import { sha256Of, testTurn } from '@sealpost/testing';
import type { SocketConnections } from '../../src/index.ts';
import type { CountingMeter } from './counting-meter.ts';
import type { ManualTime } from './manual-time.ts';
import { TestTokens } from './test-tokens.ts';

export const suite = 'plain-1';
export const random = {
  bytes: (length: number) => new Uint8Array(randomBytes(length)),
  id: () => randomUUID().replaceAll('-', ''),
};

/** The domain's parts that concern sockets, put together over the memory adapter as a server does it. */
export async function serverDomain(
  connections: SocketConnections,
  time: ManualTime,
  meter: CountingMeter,
  given: Partial<Limits>,
) {
  const limits = { ...defaultLimits, ...given };
  const stores = memoryStores();
  const fanOut = new MemoryFanOut();
  const leases = new MemoryPresenceLeases(time);
  const faults: unknown[] = [];
  const failed = (fault: unknown): void => void faults.push(fault);
  const ports = { clock: time, timers: time, meter, limits };
  const committed = new GroupCommitLog(
    stores.log,
    { lanes: 1, flushItems: 500, flushBytes: 2 ** 22 },
    { ...ports, turn: testTurn },
  );
  const log = new CachedLog(committed, 1_000);
  const tokens = new TestTokens();
  const incarnation = { current: await stores.deployment.incarnation() };
  const now = (): number => incarnation.current;
  const revoked = new RevokedSessions({
    ...ports,
    sessions: stores.sessions,
    accessTokenMs: limits.accessTokenMs,
    onRevoked: (sessions) => connections.closeSessions(sessions, 'session_revoked'),
    failed,
  });
  const digest = { sha256: sha256Of };
  const checkBundles = new CheckBundles(stores.keys, time, digest);
  const readReceipts = new ReadReceipts({
    ...{ log, cursors: stores.cursors, connections, revokedSessions: revoked, limits },
  });
  const deliver = new DeliverEntries({
    ...{ ...ports, log, connections, revokedSessions: revoked, incarnation: now, failed },
  });
  const useCases = {
    appendEntry: new AppendEntry({ ...ports, ...stores, log, fanOut, digest }),
    checkBundles,
    discover: new Discover(stores.index, log, now, limits),
    identifyCaller: new IdentifyCaller(tokens, revoked, stores.sessions, time),
    incarnation: now,
    moveCursors: new MoveCursors(log, stores.cursors, fanOut, now),
    sharePresence: new SharePresence({ ...stores, leases, log, fanOut, clock: time }),
    holdConnections: new HoldConnections({
      ...ports,
      leases,
      connections,
      fanOut,
      process: 'this one',
      failed,
    }),
  };
  const notice = async (told: Notice): Promise<void> => {
    if (told.kind === 'sessions_revoked') revoked.note(told.sessions);
    if (told.kind === 'cursors_moved') await readReceipts.announce(told.conversation, told.account);
    if (told.kind === 'stock_changed')
      connections.pushStock(told, await checkBundles.stock(told, suite));
    if (told.kind === 'superseded') useCases.holdConnections.superseded(told.processes);
    if (told.kind === 'devices_changed') connections.pushDevicesChanged(told.account);
    if (told.kind === 'ephemeral')
      connections.pushEphemeral(told.conversation, told.event, told.to);
  };
  await fanOut.subscribe({
    hint: (hint) => deliver.hint(hint),
    notice: (told) => void notice(told).catch(failed),
    onBreak: () => undefined,
  });
  await revoked.start();
  useCases.holdConnections.start();
  deliver.start();
  return {
    limits,
    stores,
    fanOut,
    leases,
    log,
    tokens,
    revoked,
    deliver,
    useCases,
    incarnation,
    faults,
  };
}

export type ServerDomain = Awaited<ReturnType<typeof serverDomain>>;
