import {
  AccountDirectory,
  AppendEntry,
  Authenticate,
  CachedLog,
  CheckBundles,
  ClaimBundles,
  type Connections,
  CutExpired,
  DeliverEntries,
  DescribeConversation,
  Discover,
  EndDevices,
  EnrolDevice,
  type FanOut,
  GroupCommitLog,
  HoldConnections,
  IdentifyCaller,
  type Limits,
  MoveCursors,
  type RandomSource,
  ReadLog,
  ReadReceipts,
  RevokedSessions,
  SharePresence,
  UploadBundles,
  type UseCases,
  WorkRosterTasks,
} from '@sealpost/domain';
import { logInProofBytes } from '@sealpost/protocol';
import type { LocalTime } from '../core/local-time.ts';
import { TestPasswords, testTokens } from '../../fixtures/test-crypto.ts';
import type { SharedStores } from './database.ts';
import { certificateBytes, digest, ed25519, silentMeter } from './stand-ins.ts';

export interface ProcessParts {
  readonly stores: SharedStores;
  readonly fanOut: FanOut;
  readonly connections: Connections;
  readonly time: LocalTime;
  readonly random: RandomSource;
  readonly limits: Limits;
  /** How long entries are kept. */
  readonly keepMs: number;
  readonly incarnation: () => number;
  readonly failed: (fault: unknown) => void;
  readonly wakeRosterWork: () => void;
}

/** The whole domain over these parts, as a server composes it. */
export function composeProcess(parts: ProcessParts) {
  const { stores, fanOut, connections, time, random, limits, incarnation, failed } = parts;
  const { accounts, cursors, devices, index, keys, sessions } = stores;
  const clock = time;
  const meter = silentMeter;
  const verifier = ed25519;
  const passwords = new TestPasswords();
  const grouped = new GroupCommitLog(
    stores.log,
    { lanes: 2, flushItems: 20, flushBytes: 1 << 20 },
    { turn: time, clock, meter },
  );
  const log = new CachedLog(grouped, 1_000);
  const appendEntry = new AppendEntry({
    ...{ log, index, devices, accounts, fanOut, clock, digest, meter, limits },
  });
  const revokedSessions = new RevokedSessions({
    ...{ sessions, clock, timers: time, failed, accessTokenMs: limits.accessTokenMs },
    onRevoked: (revoked) => connections.closeSessions(revoked, 'session_revoked'),
  });
  const checkBundles = new CheckBundles(keys, clock, digest);
  const readReceipts = new ReadReceipts(log, cursors, connections, limits);
  const holdConnections = new HoldConnections({
    ...{ leases: stores.presence, connections, fanOut, clock, timers: time, failed },
    process: random.id(),
  });
  const useCases: UseCases = {
    authenticate: new Authenticate({
      ...{ accounts, devices, sessions, passwords, verifier, fanOut, clock, random, digest, meter },
      ...{ limits, tokens: testTokens, logInProofBytes },
    }),
    identifyCaller: new IdentifyCaller(testTokens, revokedSessions, sessions, clock),
    enrolDevice: new EnrolDevice({
      ...{ devices, accounts, verifier, fanOut, clock, limits, certificateBytes },
    }),
    accountDirectory: new AccountDirectory(accounts, devices),
    endDevices: new EndDevices({
      ...{ devices, accounts, fanOut, clock, random, limits },
      tasksWritten: parts.wakeRosterWork,
    }),
    uploadBundles: new UploadBundles({ keys, devices, clock, digest, limits }),
    claimBundles: new ClaimBundles({ keys, devices, accounts, fanOut, clock, meter, limits }),
    checkBundles,
    appendEntry,
    readLog: new ReadLog(log, incarnation, limits),
    describeConversation: new DescribeConversation(log),
    conversationIndex: index,
    discover: new Discover(index, log, incarnation, limits),
    moveCursors: new MoveCursors(log, cursors, fanOut, incarnation),
    readReceipts,
    sharePresence: new SharePresence({ leases: stores.presence, accounts, log, fanOut, clock }),
    holdConnections,
    incarnation,
  };
  return {
    useCases,
    revokedSessions,
    deliverEntries: new DeliverEntries({
      ...{ log, connections, clock, timers: time, meter, incarnation, failed },
    }),
    rosterTasks: new WorkRosterTasks(devices, appendEntry),
    cutExpired: new CutExpired({ log, clock, meter }, parts.keepMs),
  };
}

export type ComposedProcess = ReturnType<typeof composeProcess>;
