import { JoseAccessTokens } from '@sealpost/adapter-jose';
import { MemoryFanOut, MemoryPresenceLeases, memoryStores } from '@sealpost/adapter-memory';
import {
  SystemClock,
  SystemDigest,
  SystemRandom,
  SystemSignatureVerifier,
  SystemTimers,
  SystemTurn,
} from '@sealpost/adapter-system';
import {
  AccountDirectory,
  AppendEntry,
  Authenticate,
  CachedLog,
  CheckBundles,
  ClaimBundles,
  type Connections,
  defaultLimits,
  DescribeConversation,
  ListConversations,
  Discover,
  EndDevices,
  EnrolDevice,
  GroupCommitLog,
  IdentifyCaller,
  type Limits,
  type Meter,
  MoveCursors,
  ReadLog,
  ReadReceipts,
  RevokedSessions,
  HoldConnections,
  SharePresence,
  UploadBundles,
  type UseCases,
  WorkRosterTasks,
} from '@sealpost/domain';
import { deviceCertificateBytes, logInProofBytes } from '@sealpost/protocol';
import { TestPasswords } from './test-passwords.ts';

/** Nobody is connected: what HTTP changes is read back over HTTP. */
const connections: Connections = {
  accounts: () => [],
  has: () => false,
  pushEntries: () => undefined,
  pushReceipts: () => undefined,
  pushEphemeral: () => undefined,
  pushStock: () => undefined,
  pushDevicesChanged: () => undefined,
  closeSessions: () => undefined,
  closeSuperseded: () => undefined,
};

const meter: Meter = { count: () => undefined, observe: () => undefined };

/** The use cases over the memory adapter, put together as a server does it. */
export async function aDomain(given: Partial<Limits> = {}) {
  const limits = { ...defaultLimits, ...given };
  const stores = memoryStores();
  const ports = {
    ...stores,
    clock: new SystemClock(),
    timers: new SystemTimers(),
    turn: new SystemTurn(),
    random: new SystemRandom(),
    digest: new SystemDigest(),
    verifier: new SystemSignatureVerifier(),
    fanOut: new MemoryFanOut(),
    meter,
    limits,
  };
  const lanes = { lanes: 1, flushItems: 500, flushBytes: 2 ** 22 };
  const log = new CachedLog(new GroupCommitLog(stores.log, lanes, ports), 1_000);
  const tokens = new JoseAccessTokens({
    ...ports,
    store: stores.signingKeys,
    accessTokenMs: limits.accessTokenMs,
    rotateAfterMs: 30 * 24 * 3_600_000,
  });
  const leases = new MemoryPresenceLeases(ports.clock);
  const faults: unknown[] = [];
  const failed = (fault: unknown): void => void faults.push(fault);
  const incarnation = await stores.deployment.incarnation();
  const appendEntry = new AppendEntry({ ...ports, log });
  const work = new WorkRosterTasks(stores.devices, appendEntry);
  const revoked = new RevokedSessions({
    ...ports,
    accessTokenMs: limits.accessTokenMs,
    onRevoked: () => undefined,
    failed,
  });
  const useCases: UseCases = {
    authenticate: new Authenticate({
      ...ports,
      tokens,
      passwords: new TestPasswords(),
      logInProofBytes,
    }),
    identifyCaller: new IdentifyCaller(tokens, revoked, stores.sessions, ports.clock),
    enrolDevice: new EnrolDevice({
      ...ports,
      certificateBytes: ({ account, device, signatureKey, certifiedAt }) =>
        deviceCertificateBytes({
          accountId: account,
          deviceId: device,
          signatureKey,
          createdAtMs: certifiedAt,
        }),
    }),
    accountDirectory: new AccountDirectory(stores.accounts, stores.devices),
    endDevices: new EndDevices({ ...ports, tasksWritten: () => void work.run().catch(failed) }),
    uploadBundles: new UploadBundles(ports),
    claimBundles: new ClaimBundles(ports),
    checkBundles: new CheckBundles(stores.keys, ports.clock, ports.digest),
    appendEntry,
    readLog: new ReadLog(log, () => incarnation, limits),
    describeConversation: new DescribeConversation(log),
    listConversations: new ListConversations(stores.index, log),
    discover: new Discover(stores.index, log, () => incarnation, limits),
    moveCursors: new MoveCursors(log, stores.cursors, ports.fanOut, () => incarnation),
    readReceipts: new ReadReceipts({
      ...{ log, cursors: stores.cursors, connections, revokedSessions: revoked, limits },
    }),
    sharePresence: new SharePresence({ ...ports, log, leases }),
    holdConnections: new HoldConnections({
      ...ports,
      leases,
      connections,
      process: 'this one',
      failed,
    }),
    incarnation: () => incarnation,
  };
  const unsubscribe = await ports.fanOut.subscribe({
    hint: () => undefined,
    notice: (notice) => void (notice.kind === 'sessions_revoked' && revoked.note(notice.sessions)),
    onBreak: () => undefined,
  });
  await revoked.start();
  const stop = async (): Promise<void> => {
    revoked.stop();
    await unsubscribe();
  };
  return { useCases, stores, limits, clock: ports.clock, work, faults, stop };
}
