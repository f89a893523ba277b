import { isReadable } from '@sealpost/domain';
import type { StoredLog } from '../harness/read-log.ts';
import type { JournalLine, ReadLine } from './journal.ts';
import { Tally } from './tally.ts';

/** A device, and what it wrote down. */
export interface AuditedDevice {
  readonly account: string;
  readonly device: string;
  /** False: it was revoked, and owes nobody to have read anything. */
  readonly active: boolean;
  readonly journal: readonly JournalLine[];
}

/** All that the auditor looks at. */
export interface Evidence {
  readonly devices: readonly AuditedDevice[];
  readonly logs: ReadonlyMap<string, StoredLog>;
  /** Refs of one-time bundles that the directory would still hand out, each with its device. */
  readonly claimable: readonly { readonly device: string; readonly ref: string }[];
}

/** A revoked device is refused by every process at the latest so long after the revocation was confirmed (G6). */
const revokedWithinMs = 5_000;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const linesOf = <K extends JournalLine['is']>(
  { journal }: AuditedDevice,
  is: K,
): Extract<JournalLine, { is: K }>[] =>
  journal.filter((line): line is Extract<JournalLine, { is: K }> => line.is === is);

/** Holds what the devices wrote down against the store, and counts what must not be. */
export function audit(evidence: Evidence): Tally {
  const tally = new Tally();
  const marks = marksOf(evidence);
  for (const log of evidence.logs.values()) auditLog(tally, log);
  for (const device of evidence.devices) {
    auditSent(tally, evidence, device);
    auditPositions(tally, device);
    for (const line of linesOf(device, 'read')) auditRead(tally, evidence, device, line, marks);
    if (device.active) auditWindow(tally, evidence, device);
  }
  auditMarks(tally, evidence);
  auditRevocations(tally, evidence);
  auditClaims(tally, evidence);
  return tally;
}

/** The mark that each message carries, by its sender and client id. */
function marksOf({ devices }: Evidence): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  for (const device of devices)
    for (const { clientId, mark } of linesOf(device, 'said'))
      marks.set(`${device.device} ${clientId}`, mark);
  return marks;
}

/** The store by itself: numbers without holes, and no client id twice (G2, G4). */
function auditLog(tally: Tally, { state, entries }: StoredLog): void {
  const sends = new Set<string>();
  let before = 0;
  for (const { seq, sender, clientId } of entries) {
    if (seq !== before + 1) tally.count('lost', `${state.id}: the log has a hole before ${seq}`);
    before = seq;
    const send = `${sender.device} ${clientId}`;
    if (sends.has(send))
      tally.count('duplicated', `${state.id}: entry ${seq} is a send that was there`);
    sends.add(send);
  }
}

/** Whether a message may have been refused for good: its sender was revoked, or was not a member all the time. */
function mayFail(log: StoredLog | undefined, { account, active }: AuditedDevice): boolean {
  const member = log?.state.members.get(account);
  return !active || !member || member.intervals.some(({ to }) => to !== null);
}

/** Everything that a device took is in the log, in the order in which it took it (G1, G3). */
function auditSent(tally: Tally, { logs }: Evidence, device: AuditedDevice): void {
  const failed = new Set(linesOf(device, 'failed').map(({ clientId }) => clientId));
  const reached = new Map<string, number>();
  for (const { conversation, clientId } of linesOf(device, 'said')) {
    tally.sent += 1;
    const log = logs.get(conversation);
    const seq = log && placesOf(log).get(`${device.device} ${clientId}`);
    if (seq === undefined) {
      const excused = mayFail(log, device) && (failed.has(clientId) || !device.active);
      if (excused) tally.refused += 1;
      else tally.count('lost', `${conversation}: a message of ${device.device} is not in the log`);
      continue;
    }
    if (seq < (reached.get(conversation) ?? 0))
      tally.count(
        'disordered',
        `${conversation}: entry ${seq} overtook what its device said before`,
      );
    reached.set(conversation, seq);
  }
}

const places = new WeakMap<StoredLog, ReadonlyMap<string, number>>();

/** Where the log has each send. */
function placesOf(log: StoredLog): ReadonlyMap<string, number> {
  const known = places.get(log);
  if (known) return known;
  const made = new Map(
    log.entries.map(({ seq, sender, clientId }) => [`${sender.device} ${clientId}`, seq]),
  );
  places.set(log, made);
  return made;
}

/** Positions are read one after the other; what is left out is announced (G3, G5). */
function auditPositions(tally: Tally, device: AuditedDevice): void {
  const reached = new Map<string, number>();
  for (const line of device.journal) {
    if (line.is !== 'read' && line.is !== 'gap') continue;
    const { conversation, seq } = line;
    const before = reached.get(conversation) ?? 0;
    const where = `${conversation}: ${device.device} read ${seq} after ${before}`;
    if (seq === before) tally.count('duplicated', where);
    else if (seq < before) tally.count('disordered', where);
    else if (seq > before + 1) tally.count('lost', where);
    reached.set(conversation, Math.max(before, line.is === 'gap' ? line.to : seq));
  }
}

/** What was read is what the log has there, says what was said, and was for this device (G3, G6). */
function auditRead(
  tally: Tally,
  { logs }: Evidence,
  device: AuditedDevice,
  line: ReadLine,
  marks: ReadonlyMap<string, string>,
): void {
  tally.read += 1;
  const log = logs.get(line.conversation);
  const where = `${line.conversation}: entry ${line.seq} at ${device.device}`;
  const entry = log?.entries[line.seq - 1];
  if (!log || !entry) return tally.count('lost', `${where} is not in the store`);
  const same =
    entry.clientId === line.clientId &&
    entry.sender.device === line.sender &&
    hex(entry.digest) === line.digest;
  if (!same) tally.count('disordered', `${where} is another one than in the store`);
  const may = isReadable(log.state, device.account, device.device, line.seq);
  if (line.kind === 'undecryptable') {
    if (may) tally.count('unreadable', `${where} could not be read`);
    return;
  }
  if (!may) tally.count('intruders', `${where} was read by a device that was not to`);
  const mark = marks.get(`${line.sender} ${line.clientId}`);
  if (line.kind === 'message' && mark !== undefined && mark !== line.mark)
    tally.count('unreadable', `${where} says something else than was said`);
}

/** Every entry that a device may read was read by it (G5). */
function auditWindow(tally: Tally, { logs }: Evidence, device: AuditedDevice): void {
  const read = new Set(
    linesOf(device, 'read').map(({ conversation, seq }) => `${conversation} ${seq}`),
  );
  for (const [conversation, { state, entries }] of logs) {
    for (const { seq } of entries) {
      if (!isReadable(state, device.account, device.device, seq)) continue;
      tally.expected += 1;
      if (!read.has(`${conversation} ${seq}`))
        tally.count('lost', `${conversation}: entry ${seq} did not reach ${device.device}`);
    }
  }
}

/** What was said once is in one place only (G4). */
function auditMarks(tally: Tally, { devices }: Evidence): void {
  const found = new Map<string, string>();
  for (const device of devices)
    for (const { mark, conversation, seq } of linesOf(device, 'read')) {
      if (mark === null) continue;
      const place = `${conversation} ${seq}`;
      const first = found.get(mark) ?? place;
      if (first !== place)
        tally.count('duplicated', `${conversation}: entry ${seq} says again what ${first} says`);
      found.set(mark, first);
    }
}

/** A revoked device is given nothing that came later (G6). */
function auditRevocations(tally: Tally, { devices, logs }: Evidence): void {
  const revocations = devices.flatMap((device) => linesOf(device, 'revoked'));
  for (const { device: id, at } of revocations) {
    const device = devices.find((other) => other.device === id);
    for (const line of device ? linesOf(device, 'read') : []) {
      const entry = logs.get(line.conversation)?.entries[line.seq - 1];
      if (entry && entry.acceptedAt > at + revokedWithinMs)
        tally.count(
          'intruders',
          `${line.conversation}: entry ${line.seq} was given to revoked ${id}`,
        );
    }
  }
}

/** A one-time bundle is handed out once, and is gone from the directory then (G11). */
function auditClaims(tally: Tally, { devices, claimable }: Evidence): void {
  const claimed = new Set<string>();
  for (const claim of devices.flatMap((device) => linesOf(device, 'claimed')))
    for (const { device, ref, lastResort } of claim.bundles) {
      tally.claimed += 1;
      if (lastResort) continue;
      const bundle = `${device} ${ref}`;
      if (claimed.has(bundle))
        tally.count('reissued', `a bundle of ${device} was handed out twice`);
      claimed.add(bundle);
    }
  for (const { device, ref } of claimable)
    if (claimed.has(`${device} ${ref}`))
      tally.count('reissued', `a bundle of ${device} that was handed out can be claimed again`);
}
