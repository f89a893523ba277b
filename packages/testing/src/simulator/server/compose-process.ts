import {
  type AccessTokens,
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
  ListConversations,
  type DeviceRef,
  Discover,
  EndDevices,
  EnrolDevice,
  type FanOut,
  GroupCommitLog,
  HoldConnections,
  IdentifyCaller,
  isSameDevice,
  type Limits,
  MoveCursors,
  type RandomSource,
  ReadLog,
  pausing,
  ReadReceipts,
  RevokedSessions,
  ReceiveHints,
  SharePresence,
  type Suite,
  UploadBundles,
  type UseCases,
  WorkRosterTasks,
} from '@sealpost/domain';
import { logInProofBytes } from '@sealpost/protocol';
import type { LocalTime } from '../core/local-time.ts';
import { TestPasswords } from '../../fixtures/test-crypto.ts';
import type { SharedStores } from './shared-stores.ts';
import { certificateBytes, digest, ed25519, silentMeter } from './stand-ins.ts';

interface Connected {
  readonly ref: DeviceRef;
  readonly suites: readonly Suite[];
}

export interface ProcessParts {
  readonly stores: SharedStores;
  readonly fanOut: FanOut;
  readonly connections: Connections;
  /** The devices that are connected here. */
  readonly connected: () => readonly Connected[];
  readonly tokens: AccessTokens;
  readonly time: LocalTime;
  readonly random: RandomSource;
  readonly limits: Limits;
  /** How long entries are kept. */
  readonly keepMs: number;
  readonly incarnation: () => number;
  readonly failed: (fault: unknown) => void;
  readonly wakeRosterWork: () => void;
}

function accountUseCases({
  stores,
  fanOut,
  time: clock,
  random,
  limits,
  wakeRosterWork,
  tokens,
}: ProcessParts) {
  const { accounts, devices, sessions } = stores;
  const known = { accounts, devices, fanOut, clock, limits };
  const passwords = new TestPasswords();
  return {
    authenticate: new Authenticate({
      ...{ ...known, sessions, passwords, verifier: ed25519, random, digest, meter: silentMeter },
      ...{ tokens, logInProofBytes },
    }),
    enrolDevice: new EnrolDevice({ ...known, verifier: ed25519, certificateBytes }),
    accountDirectory: new AccountDirectory(accounts, devices),
    endDevices: new EndDevices({ ...known, random, tasksWritten: wakeRosterWork }),
  };
}

const cursorRoundsMs = 50;

/** The whole domain over these parts, as a server composes it. */
export function composeProcess(parts: ProcessParts) {
  const { stores, fanOut, connections, time, random, limits, incarnation, failed } = parts;
  const { accounts, cursors, devices, index, keys, sessions } = stores;
  const [clock, meter, pause] = [time, silentMeter, pausing(time, cursorRoundsMs)];
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
  const readReceipts = new ReadReceipts({
    ...{ log, cursors, connections, revokedSessions, limits, pause },
  });
  const holdConnections = new HoldConnections({
    ...{ leases: stores.presence, connections, fanOut, clock, timers: time, failed, pause },
    process: random.id(),
  });
  const useCases: UseCases = {
    ...accountUseCases(parts),
    identifyCaller: new IdentifyCaller(parts.tokens, revokedSessions, sessions, clock),
    uploadBundles: new UploadBundles({ keys, devices, clock, digest, limits }),
    claimBundles: new ClaimBundles({ keys, devices, accounts, fanOut, clock, meter, limits }),
    checkBundles,
    appendEntry,
    readLog: new ReadLog(log, incarnation, limits),
    describeConversation: new DescribeConversation(log),
    listConversations: new ListConversations(index, log),
    discover: new Discover(index, log, incarnation, limits),
    moveCursors: new MoveCursors(log, cursors, fanOut, incarnation, { pause }),
    readReceipts,
    sharePresence: new SharePresence({ leases: stores.presence, accounts, log, fanOut, clock }),
    holdConnections,
    incarnation,
  };
  const deliverEntries = new DeliverEntries({
    ...{ log, connections, revokedSessions, clock, timers: time, meter, incarnation, failed },
  });
  const { connected } = parts;
  return {
    useCases,
    revokedSessions,
    deliverEntries,
    receiveHints: new ReceiveHints({
      ...{ fanOut, connections, deliverEntries, holdConnections, revokedSessions, readReceipts },
      ...{ checkBundles, failed, checkIncarnation: () => undefined },
      devices: () => connected().map(({ ref }) => ref),
      suitesOf: (device) => connected().find(({ ref }) => isSameDevice(ref, device))?.suites ?? [],
    }),
    rosterTasks: new WorkRosterTasks(devices, appendEntry),
    cutExpired: new CutExpired({ log, clock, meter }, parts.keepMs),
  };
}

export type ComposedProcess = ReturnType<typeof composeProcess>;
